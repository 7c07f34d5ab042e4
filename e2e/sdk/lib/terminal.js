// Terminal runs reddot's own commands beside the SDK, as one device of a user.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Home } from './home.js';
import { patience } from './patience.js';
import { appID, binary } from './server.js';

export class Terminal {
  // rest lets the commands speak the REST API instead of the long connection.
  constructor(server, user, device = 'term', { rest = false } = {}) {
    this.server = server;
    this.home = new Home();
    this.identity = [
      '--server', rest ? server.url : server.ws, '--app-id', String(appID), '--secret-key', server.key, '--user', user, '--device', device, '--json',
    ];
    this.running = new Set();
  }

  // start runs a command whose JSON lines are waited for one by one.
  start(...command) {
    const running = new Running(spawn(binary, [...command, ...this.identity], {
      env: this.home.environment, stdio: ['ignore', 'pipe', 'pipe'],
    }));
    this.running.add(running);
    return running;
  }

  // run runs a command to its end and returns its JSON lines; it must succeed.
  async run(...command) {
    const running = this.start(...command);
    await running.ended;
    this.running.delete(running);
    if (running.process.exitCode !== 0) {
      throw new Error(`reddot ${command.join(' ')} exits with ${running.process.exitCode}: ${running.errors}`);
    }
    return running.lines;
  }

  async close() {
    await Promise.all([...this.running].map((each) => each.stop()));
    this.home.remove();
  }
}

class Running {
  constructor(process) {
    this.process = process;
    this.lines = [];
    this.errors = '';
    this.waiting = new Set();
    process.stderr.on('data', (chunk) => (this.errors += chunk));
    createInterface({ input: process.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line));
      for (const look of this.waiting) look();
    });
    this.ended = once(process, 'close');
  }

  // line waits for a line that fits; earlier ones count.
  line(what, fits) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.find(fits);
        if (!found) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        const seen = this.lines.map((line) => JSON.stringify(line)).join('\n');
        reject(new Error(`no line for ${what}\n${seen}\n${this.errors}`));
      }, patience);
      this.waiting.add(look);
      look();
    });
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    await this.ended;
  }
}
