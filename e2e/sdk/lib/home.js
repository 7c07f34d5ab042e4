// Home is a home directory of its own for a program under test: nothing of the developer's is read or written.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Home {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'reddot-sdk-'));
    this.environment = { HOME: this.path, PATH: process.env.PATH, LANG: 'zh_CN.UTF-8' };
    for (const name of ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME']) {
      this.environment[name] = join(this.path, name.toLowerCase());
      mkdirSync(this.environment[name], { mode: 0o700 });
    }
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
