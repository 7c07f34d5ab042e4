// Each call of load evaluates an official bundle anew. One copy holds one SDK instance, so that several users and several
// devices of one user fit into one process.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';

import WebSocket from 'ws';

const require = createRequire(import.meta.url);

export const versions = {
  '@tencentcloud/chat 3.6.6': require.resolve('@tencentcloud/chat'),
  'tim-js-sdk 2.27.6': require.resolve('tim-js-sdk'),
};

// liteChat is the SDK under the newer chat UI kits. It knows no proxyServer, and differs from the others in its own ways, so that
// only scenarios that name it run with it.
export const liteChat = '@tencentcloud/lite-chat 1.6.13';
const bundles = { ...versions, [liteChat]: require.resolve('@tencentcloud/lite-chat/professional') };

// Network makes the sockets of one device, and can take them away. With a server, it leads those there that are meant for
// Tencent.
export class Network {
  #sockets = new Set();
  #held; // connections to be made once the network is up again; undefined while it is up

  constructor(server) {
    const network = this;
    this.WebSocket = class extends WebSocket {
      constructor(url) {
        super(url.replace(/^wss:\/\/[^/]+/, server), { createConnection: (options, made) => network.#connect(options, made) });
        this.on('error', () => {}); // the SDK drops its own handler before it closes a half-open socket
        network.#sockets.add(this);
        this.on('close', () => network.#sockets.delete(this));
      }
    };
  }

  // Attempts wait instead of failing: after a failed one the SDK tries again only a minute later.
  #connect(options, made) {
    const connect = () => made(null, createConnection({ host: options.host, port: options.port }));
    if (this.#held) this.#held.push(connect);
    else connect();
  }

  // cut drops the connection without a goodbye.
  cut() {
    for (const socket of this.#sockets) socket.terminate();
  }

  down() {
    this.hold();
    this.cut();
  }

  // hold keeps what is connected and lets new connections wait.
  hold() {
    this.#held ??= [];
  }

  up() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const connect of held) connect();
  }
}

// load returns a copy of the SDK that talks through the given network. What it logs goes to log.
export function load(version, network, log) {
  const source = readFileSync(bundles[version], 'utf8');
  const module = { exports: {} };
  const print = (...words) => log.push(words.join(' '));
  const console = { log: print, info: print, warn: print, error: print, debug: print, time() {}, timeEnd() {} };
  const globals = { module, exports: module.exports, console, WebSocket: network.WebSocket };
  if (!version.startsWith('@tencentcloud/chat')) Object.assign(globals, browser(network));
  new Function(...Object.keys(globals), source)(...Object.values(globals));
  return module.exports;
}

// browser is as much of a page as the other SDKs ask for.
function browser(network) {
  const nothing = () => {};
  const storage = { getItem: () => null, setItem: nothing, removeItem: nothing, clear: nothing };
  const document = { charset: 'UTF-8', addEventListener: nothing, removeEventListener: nothing, createElement: () => ({}) };
  const navigator = { userAgent: 'node', language: 'zh-CN', onLine: true };
  const location = { href: 'http://127.0.0.1/', protocol: 'http:', host: '127.0.0.1' };
  const window = {
    document, navigator, location, localStorage: storage, WebSocket: network.WebSocket,
    setTimeout, clearTimeout, setInterval, clearInterval, addEventListener: nothing, removeEventListener: nothing,
  };
  return { window, document, navigator, location, localStorage: storage };
}
