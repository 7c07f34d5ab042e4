import assert from 'node:assert/strict';

import { c2c, group, scenario } from '../lib/scenario.js';

const room = 'group-room';

async function shop({ server, device, terminal }) {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  return { web: await device('alice'), bob: await device('bob'), term: terminal('alice', 'term') };
}

const notes = (device) => device.messages(c2c(device.user)).filter((m) => m.type === 'TIMCustomElem');

scenario('reading in the terminal clears the dot in the browser, sends receipts and a note', async (test) => {
  const { web, bob, term } = await shop(test);
  const sent = [];
  for (const text of ['one', 'two', 'three']) sent.push(await bob.say(room, text, { needReadReceipt: true }));
  await web.untilUnread(group(room), 3);

  const [result] = await term.run('read', room);
  assert.deepEqual(result.unsupported ?? [], []);
  await web.untilUnread(group(room), 0);

  await web.until(() => notes(web).length > 0, 'the note of the terminal');
  const note = JSON.parse(notes(web)[0].payload.data);
  assert.deepEqual([note.type, note.v, note.conv, note.seq], ['reddot.read', 1, group(room), sent[2].sequence]);
  assert.ok(note.device.startsWith('term'), note.device);
  assert.ok(!(await web.unread(c2c('alice'))), 'a note is no unread message');

  const receipts = () => bob.named('MESSAGE_READ_RECEIPT_RECEIVED').flat();
  for (const message of sent) {
    await bob.until(() => receipts().some((r) => r.messageID === message.ID && r.readCount === 1), `the receipt of ${message.payload.text}`);
  }
});

scenario('reading in the browser clears the dot in the terminal', async (test) => {
  const { web, bob, term } = await shop(test);
  const tail = term.start('tail');
  await tail.line('the connection', (line) => line.event === 'connection');
  await bob.say(room, 'hello');
  const { seq } = await tail.line('the message', (line) => line.event === 'message' && line.text === 'hello');
  await web.untilUnread(group(room), 1);
  await web.chat.setMessageRead({ conversationID: group(room) });
  const read = await tail.line('the read position', (line) => line.event === 'read');
  assert.deepEqual([read.conv, read.seq], [group(room), seq]);
  await tail.stop();

  const rows = await term.run('groups');
  assert.equal(rows.find((row) => row.group === room).unread, 0);
});

scenario('a note sent by a page clears the dot in the terminal', async (test) => {
  const { web, bob, term } = await shop(test);
  const sent = await bob.say(room, 'hello');
  const [before] = await term.run('groups');
  assert.equal(before.unread, 1);

  const tail = term.start('tail');
  await tail.line('the connection', (line) => line.event === 'connection');
  const data = JSON.stringify({
    type: 'reddot.read', v: 1, conv: group(room), seq: sent.sequence, time: Math.floor(Date.now() / 1000), device: 'page-1', id: 'a1',
  });
  const payload = { data, description: 'read', extension: '' };
  await web.send(web.chat.createCustomMessage({ ...web.to('alice'), payload }), {
    messageControlInfo: { excludedFromUnreadCount: true, excludedFromLastMessage: true },
  });
  const note = await tail.line('the note', (line) => line.event === 'note');
  assert.deepEqual([note.conv, note.seq, note.device], [group(room), sent.sequence, 'page-1']);
  await tail.stop();

  const [after] = await term.run('groups');
  assert.equal(after.unread, 0);
});

scenario('what the terminal sends reaches the group and the own browser once', async (test) => {
  const { web, bob, term } = await shop(test);
  await term.run('send', room, '库存还有 6 件 😀');
  const got = await bob.received(group(room), '库存还有 6 件 😀');
  assert.equal(got.from, 'alice');
  const synced = await web.received(group(room), '库存还有 6 件 😀');
  assert.equal(synced.flow, 'out');
  assert.equal(await web.unread(group(room)), 0);
  await bob.untilUnread(group(room), 1);
});
