// scenario runs a test once for every SDK version, each time against a server of its own.

import test from 'node:test';

import { versions } from './bundle.js';
import { Device } from './device.js';
import { limit } from './patience.js';
import { Server } from './server.js';
import { Terminal } from './terminal.js';

// run gets the server and device(user), which logs a new device of the user in; make(user) does not log it in;
// terminal(user, name, options) is reddot itself as a device. on names SDKs other than the two of every scenario, only leaves out
// versions whose own behaviour differs; durable has the server keep its data on the disk, demo has it open with the demo shop,
// flags are further ones of `reddot serve`.
export function scenario(name, run, { on = Object.keys(versions), only = () => true, durable, demo, flags } = {}) {
  for (const version of on.filter(only)) {
    test(`${name} (${version})`, { timeout: limit }, async () => {
      const server = await Server.start({ durable, demo, flags });
      const devices = [];
      const make = (user, options) => {
        const device = new Device(server, version, user, options);
        devices.push(device);
        return device;
      };
      const device = async (user) => {
        const made = make(user);
        await made.login();
        return made;
      };
      const terminals = [];
      const terminal = (user, name, options) => {
        terminals.push(new Terminal(server, user, name, options));
        return terminals.at(-1);
      };
      try {
        await run({ server, device, make, terminal, version });
      } finally {
        await Promise.all([...devices, ...terminals].map((each) => each.close()));
        await server.stop();
      }
    });
  }
}

export const group = (groupID) => `GROUP${groupID}`;
export const c2c = (user) => `C2C${user}`;
export const texts = (messages) => messages.map((m) => m.payload?.text);
