// Native is a device on another platform than Web: a long connection that does no more than log in and stay.

import { once } from 'node:events';

import WebSocket from 'ws';

import { patience } from './patience.js';
import { appID } from './server.js';

export const platforms = { Windows: 1, Android: 2, iPhone: 3, Mac: 4 };

export class Native {
  static async login(server, user, platform) {
    const native = new Native();
    native.socket = new WebSocket(`${server.ws}/info?sdkappid=${appID}&platform=${platforms[platform]}`);
    native.socket.on('error', () => {});
    native.frames = [];
    native.socket.on('message', (data) => native.frames.push(JSON.parse(data)));
    await once(native.socket, 'open');
    const head = { ver: 'v4', platform: platforms[platform], identifier: user, usersig: server.sign(user), servcmd: 'im_open_status.wslogin', seq: 1 };
    native.socket.send(JSON.stringify({ head, body: { State: 'Online' } }));
    await native.frame((frame) => frame.head.servcmd === head.servcmd && frame.body.ErrorCode === 0);
    return native;
  }

  // frame waits for a frame that fits; earlier ones count.
  async frame(fits) {
    for (;;) {
      const found = this.frames.find(fits);
      if (found) return found;
      await once(this.socket, 'message', { signal: AbortSignal.timeout(patience) });
    }
  }

  close() {
    this.socket.terminate();
  }
}
