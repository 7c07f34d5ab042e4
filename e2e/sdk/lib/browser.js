// Browser is headless Chromium with one page a device; the socket of the SDK then lives in a worker, as with users.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

import { versions } from './bundle.js';
import { patience } from './patience.js';
import { appID } from './server.js';

const require = createRequire(import.meta.url);
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--ignore-certificate-errors', // whom to trust is a setting of each machine
];

// found is the path of the installed Chromium, or undefined.
export const found = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}).find(Boolean);

const library = (version) => (version.startsWith('tim-js-sdk') ? 'TIM' : 'TencentCloudChat');

export class Browser {
  static async launch(version) {
    const browser = new Browser();
    browser.version = version;
    browser.site = createServer((request, response) => browser.#answer(request.url, response));
    browser.site.listen(0, '127.0.0.1');
    await once(browser.site, 'listening');
    browser.chromium = await chromium.launch({ executablePath: found, args: flags, timeout: patience });
    return browser;
  }

  #answer(url, response) {
    const scripts = {
      '/sdk.js': versions[this.version], '/upload.js': require.resolve('tim-upload-plugin'), '/page.js': new URL('page.js', import.meta.url),
    };
    if (scripts[url]) {
      response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      response.end(readFileSync(scripts[url]));
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>page</title><script src="/sdk.js"></script><script src="/upload.js"></script><script src="/page.js"></script>');
  }

  // device opens a page and logs a user in there; address is the server's where it is not the usual one.
  async device(server, user, address = server.url) {
    const context = await this.chromium.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const device = new PageDevice(page, user);
    await page.goto(`http://127.0.0.1:${this.site.address().port}/`);
    const options = { SDKAppID: appID, proxyServer: address.replace('http', 'ws') };
    await page.evaluate((login) => window.enter(login), { sdk: library(this.version), options, user, userSig: server.sign(user) });
    await device.event('SDK_READY');
    await device.ask('getGroupList');
    await device.until(async () => (await window.chat.getConversationList()).data.isSyncCompleted);
    return device;
  }

  async close() {
    await this.chromium.close();
    this.site.close();
  }
}

class PageDevice {
  constructor(page, user) {
    this.page = page;
    this.user = user;
    this.trouble = [];
    page.on('pageerror', (error) => this.trouble.push(String(error)));
  }

  ask(method, ...args) {
    return this.page.evaluate(([name, list]) => window.ask(name, ...list), [method, args]);
  }

  say(to, text, options) {
    return this.page.evaluate(([receiver, words, more]) => window.say(receiver, words, more), [to, text, options]);
  }

  // upload sends a file by a method such as createImageMessage; data is a Buffer.
  upload(method, to, { name, type, data }) {
    return this.page.evaluate(([how, receiver, file]) => window.upload(how, receiver, file), [method, to, { name, type, data: data.toString('base64') }]);
  }

  // until waits until a function of the page returns something true, and returns that.
  async until(check, argument) {
    const handle = await this.page.waitForFunction(check, argument, { timeout: patience, polling: 50 });
    return handle.jsonValue();
  }

  event(name) {
    return this.until((wanted) => window.raised.find((e) => e.name === wanted), name);
  }

  received(conversationID, text) {
    return this.until(([id, words]) => window.got(id).find((m) => m.payload?.text === words), [conversationID, text]);
  }

  // kind waits for a received message of a type.
  kind(conversationID, type) {
    return this.until(([id, wanted]) => window.got(id).find((m) => m.type === wanted), [conversationID, type]);
  }

  // pictures loads images and returns their widths and heights.
  pictures(urls) {
    return this.page.evaluate((list) => Promise.all(list.map((url) => new Promise((resolve, reject) => {
      const picture = new Image();
      picture.onload = () => resolve([picture.naturalWidth, picture.naturalHeight]);
      picture.onerror = () => reject(new Error(`cannot load ${url}`));
      picture.src = url;
    }))), urls);
  }

  untilUnread(conversationID, count) {
    return this.until(async ([id, n]) => ((await window.conversation(id))?.unreadCount ?? 0) === n, [conversationID, count]);
  }
}
