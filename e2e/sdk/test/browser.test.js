import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, found } from '../lib/browser.js';
import { versions } from '../lib/bundle.js';
import { limit } from '../lib/patience.js';
import { png } from '../lib/png.js';
import { c2c, group } from '../lib/scenario.js';
import { Server } from '../lib/server.js';
import { Terminal } from '../lib/terminal.js';

const room = 'group-room';
const missing = !found && process.env.REDDOT_REQUIRE_TOOLS !== '1' ? 'Chromium is not installed' : false;

function scenario(name, run, { flags } = {}) {
  for (const version of Object.keys(versions)) {
    test(`${name} (${version}, Chromium)`, { skip: missing, timeout: limit }, async () => {
      const server = await Server.start({ flags });
      const browser = await Browser.launch(version);
      const terminals = [];
      const terminal = (user) => {
        terminals.push(new Terminal(server, user));
        return terminals.at(-1);
      };
      try {
        await server.accounts('alice', 'bob');
        await server.group(room, 'bob', ['alice']);
        const device = (user, address) => browser.device(server, user, address);
        await run({ server, device, terminal, version });
      } finally {
        await Promise.all(terminals.map((each) => each.close()));
        await browser.close();
        await server.stop();
      }
    });
  }
}

scenario('two pages log in, see their group, talk, and confirm what they read', async ({ device }) => {
  const [alice, bob] = [await device('alice'), await device('bob')];
  const { groupList } = await alice.ask('getGroupList');
  assert.deepEqual(groupList.map((g) => [g.groupID, g.type, g.selfInfo.role]), [[room, 'Public', 'Member']]);

  const sent = await alice.say(room, '你好 😀 👨‍👩‍👧', { needReadReceipt: true });
  const got = await bob.received(group(room), '你好 😀 👨‍👩‍👧');
  assert.deepEqual([got.ID, got.from, got.nick, got.flow], [sent.ID, 'alice', 'ALICE', 'in']);
  await bob.untilUnread(group(room), 1);
  await bob.ask('setMessageRead', { conversationID: group(room) });
  await bob.untilUnread(group(room), 0);

  await bob.page.evaluate(async (id) => {
    const { data } = await window.chat.getMessageList({ conversationID: id });
    await window.chat.sendMessageReadReceipt(data.messageList.filter((m) => m.needReadReceipt));
  }, group(room));
  const { data } = await alice.event('MESSAGE_READ_RECEIPT_RECEIVED');
  assert.deepEqual(data.map((r) => [r.messageID, r.readCount, r.unreadCount]), [[sent.ID, 1, 0]]);

  await bob.say('alice', 'psst');
  await alice.received(c2c('bob'), 'psst');
  assert.deepEqual([...alice.trouble, ...bob.trouble], []);
});

scenario('a page and the terminal clear the dot for each other', async ({ server, device, terminal }) => {
  const web = await device('alice');
  const term = terminal('alice');
  await server.say(room, 'bob', 'one');
  await web.untilUnread(group(room), 1);
  await term.run('read', room);
  await web.untilUnread(group(room), 0);

  const tail = term.start('tail');
  await tail.line('the connection', (line) => line.event === 'connection');
  await server.say(room, 'bob', 'two');
  const { seq } = await tail.line('the message', (line) => line.event === 'message' && line.text === 'two');
  await web.untilUnread(group(room), 1);
  await web.ask('setMessageRead', { conversationID: group(room) });
  const read = await tail.line('the read position', (line) => line.event === 'read' && line.seq === seq);
  assert.equal(read.conv, group(room));
  await tail.stop();
  assert.deepEqual(web.trouble, []);
});

scenario('images and files go up from a page by the way of the SDK, and come down elsewhere', async ({ device }) => {
  const [alice, bob] = [await device('alice'), await device('bob')];
  const image = png(900, 600);
  await alice.upload('createImageMessage', room, { name: '羊毛 大衣.png', type: 'image/png', data: image });
  const { payload } = await bob.kind(group(room), 'TIMImageElem');
  const sizes = payload.imageInfoArray.map(({ width, height }) => [width, height]);
  assert.deepEqual(sizes, [[900, 600], [297, 198], [900, 600]]); // as it is, thumbnail, and the large one, which is not enlarged
  assert.deepEqual(await bob.pictures(payload.imageInfoArray.map((info) => info.url)), sizes); // imageUrl is always made https by the SDK

  const report = Buffer.from('货号,件数\n42,6\n');
  await alice.upload('createFileMessage', 'bob', { name: '库存.csv', type: 'text/csv', data: report });
  const file = (await bob.kind(c2c('alice'), 'TIMFileElem')).payload;
  assert.deepEqual([file.fileName, file.fileSize], ['库存.csv', report.length]);
  const reply = await fetch(file.fileUrl);
  assert.equal(reply.status, 200);
  assert.deepEqual(Buffer.from(await reply.arrayBuffer()), report);
  assert.equal((await fetch(file.fileUrl.replace(/-[^/]*/, '-guessed'))).status, 403);

  const mine = payload.imageInfoArray[0].url;
  assert.equal((await fetch(mine)).status, 200);
  await bob.ask('changeGroupOwner', { groupID: room, newOwnerID: 'alice' });
  await bob.ask('quitGroup', room);
  assert.equal((await fetch(mine)).status, 403); // bob is a member no more
});

scenario('by TLS pages log in, and images show under the addresses that the SDK makes https', async ({ server, device }) => {
  const [alice, bob] = [await device('alice', server.secure), await device('bob', server.secure)];
  await alice.upload('createImageMessage', room, { name: '大衣.png', type: 'image/png', data: png(300, 200) });
  const { payload } = await bob.kind(group(room), 'TIMImageElem');
  const addresses = payload.imageInfoArray.flatMap((info) => [info.url, info.imageUrl]);
  assert.deepEqual(addresses.filter((each) => !each.startsWith(server.secure)), []);
  assert.deepEqual(new Set((await bob.pictures(addresses)).map(String)), new Set(['300,200', '297,198']));
  assert.deepEqual([...alice.trouble, ...bob.trouble], []);
}, { flags: ['--tls'] });
