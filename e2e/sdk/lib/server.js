// Server is one fresh `reddot serve`, and its REST API as the app admin sees it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Home } from './home.js';
import { patience } from './patience.js';
import { userSig } from './usersig.js';

export const appID = 1400000001;
const admin = 'administrator';

export const binary = process.env.REDDOT_BIN;

// steadyAddress is for a server that ends and comes back: a port that the system chose could be given to any other program
// meanwhile; this one is outside of what systems choose from.
async function steadyAddress() {
  for (;;) {
    const probe = createServer();
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return `127.0.0.1:${port}`;
  }
}

export class Server {
  // start starts a server with nothing in it, or with the demo shop; in memory, or in its home when it is to survive a kill; with
  // further flags of `reddot serve`.
  static async start({ durable = false, demo = false, flags = [] } = {}) {
    if (!binary) throw new Error('set REDDOT_BIN to the reddot program, for example: go build -o /tmp/reddot . && export REDDOT_BIN=/tmp/reddot');
    const server = new Server();
    server.home = new Home();
    server.data = durable ? join(server.home.path, 'data') : ':memory:';
    server.key = `key of this test ${Math.random()}`;
    server.options = demo ? ['--demo', ...flags] : flags;
    server.log = '';
    await server.launch(durable ? await steadyAddress() : '127.0.0.1:0');
    return server;
  }

  async launch(listen) {
    this.process = spawn(
      binary,
      ['serve', '--listen', listen, '--data', this.data, '--app-id', String(appID), '--secret-key', this.key, '--admin', admin, ...this.options],
      { env: this.home.environment, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.process.stderr.on('data', (chunk) => (this.log += chunk));
    const ready = await this.ready();
    this.secure = ready.startsWith('https') ? ready : undefined; // where it speaks TLS, on the same port
    this.url = ready.replace(/^https/, 'http');
    this.ws = this.url.replace('http', 'ws');
  }

  // crash kills the server without warning and starts it again on the same data and address.
  async crash() {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    await this.launch(new URL(this.url).host);
  }

  async ready() {
    const lines = createInterface({ input: this.process.stdout });
    const timer = setTimeout(() => this.process.kill('SIGKILL'), patience);
    try {
      for await (const line of lines) {
        const match = /^listening on (https?:\/\/\S+)$/.exec(line);
        if (match) return match[1];
      }
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`the server ended before it was ready: ${this.log}`);
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    this.home.remove();
  }

  // authority is the certificate that a server with --tls says has to be trusted.
  get authority() {
    return readFileSync(/\/\S*ca\.pem/.exec(this.log)[0]);
  }

  sign(user, options = {}) {
    return userSig({ appID, key: this.key, user, ...options });
  }

  // rest posts one command of the REST API and returns the reply, whatever its ErrorCode.
  async rest(command, body = {}) {
    const query = new URLSearchParams({
      sdkappid: appID,
      identifier: admin,
      usersig: this.sign(admin),
      random: Math.floor(Math.random() * 2 ** 31),
      contenttype: 'json',
    });
    const reply = await fetch(`${this.url}/v4/${command}?${query}`, { method: 'POST', body: JSON.stringify(body) });
    return reply.json();
  }

  // must is rest for what has to succeed.
  async must(command, body) {
    const reply = await this.rest(command, body);
    if (reply.ErrorCode !== 0) throw new Error(`${command}: ${reply.ErrorCode} ${reply.ErrorInfo}`);
    return reply;
  }

  // upload stores a file for a user and returns what a message needs.
  async upload(user, type, name, data) {
    const query = new URLSearchParams({ sdkappid: appID, identifier: user, usersig: this.sign(user), type, name });
    const reply = await (await fetch(`${this.url}/media?${query}`, { method: 'POST', body: data })).json();
    if (reply.ErrorCode !== 0) throw new Error(`upload: ${reply.ErrorCode} ${reply.ErrorInfo}`);
    return reply;
  }

  // accounts imports users with a nick that differs from the id.
  async accounts(...users) {
    for (const user of users) {
      await this.must('im_open_login_svc/account_import', { UserID: user, Nick: user.toUpperCase() });
    }
  }

  // group makes a group with an owner and further members; nobody has anything unread in it.
  async group(groupID, owner, members = [], options = {}) {
    await this.must('group_open_http_svc/create_group', {
      Type: 'Public',
      Name: `Group ${groupID}`.slice(0, 30),
      Owner_Account: owner,
      ApplyJoinOption: 'FreeAccess',
      MemberList: members.map((user) => ({ Member_Account: user })),
      GroupId: groupID,
      ...options,
    });
    return groupID;
  }

  // say sends a text into a group as one of its members.
  say(groupID, from, text, options = {}) {
    return this.must('group_open_http_svc/send_group_msg', {
      GroupId: groupID,
      From_Account: from,
      Random: Math.floor(Math.random() * 2 ** 32),
      MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }],
      ...options,
    });
  }

  // faults replaces the server's fault rules.
  faults(...rules) {
    return this.must('emulator/set_faults', { Rules: rules });
  }
}
