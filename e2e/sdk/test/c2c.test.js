import assert from 'node:assert/strict';

import { c2c, scenario, texts } from '../lib/scenario.js';

scenario('two users talk, and both devices of each agree', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [phone, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  const sent = await phone.say('bob', '你好 😀');
  const got = await bob.received(c2c('alice'), '你好 😀');
  assert.equal(got.ID, sent.ID);
  assert.deepEqual([got.from, got.nick, got.flow], ['alice', 'ALICE', 'in']);
  const synced = await web.received(c2c('bob'), '你好 😀');
  assert.deepEqual([synced.ID, synced.from, synced.flow], [sent.ID, 'alice', 'out']);
  assert.equal(await web.unread(c2c('bob')), 0);

  await bob.say('alice', '在的');
  for (const each of [phone, web]) {
    await each.received(c2c('bob'), '在的');
    await each.untilUnread(c2c('bob'), 1);
    assert.deepEqual(texts(await each.history(c2c('bob'))), ['你好 😀', '在的']);
  }
});

scenario('elements and custom data arrive as they were sent', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [alice, bob] = [await device('alice'), await device('bob')];
  const payload = { data: '{"a":"引号 \\" 和换行 \\n"}', description: '说明', extension: 'ext' };
  const sent = await alice.send(alice.chat.createCustomMessage({ ...alice.to('bob'), payload, cloudCustomData: '{"k":1}' }));
  await bob.event('MESSAGE_RECEIVED', (list) => list.some((m) => m.ID === sent.ID));
  const [got] = bob.messages(c2c('alice'));
  assert.deepEqual({ ...got.payload }, payload);
  assert.equal(got.cloudCustomData, '{"k":1}');
});

scenario('a message that asks not to count does not count, and one for online members leaves no trace', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [alice, bob] = [await device('alice'), await device('bob')];
  await alice.say('bob', 'counts');
  await alice.send(alice.text('bob', 'silent'), { messageControlInfo: { excludedFromUnreadCount: true, excludedFromLastMessage: true } });
  await alice.send(alice.text('bob', 'online'), { onlineUserOnly: true });
  await bob.received(c2c('alice'), 'online');
  assert.equal(await bob.unread(c2c('alice')), 1);
  assert.equal((await bob.conversation(c2c('alice'))).lastMessage.payload.text, 'counts');

  const fresh = await device('bob');
  await fresh.untilUnread(c2c('alice'), 1);
  assert.deepEqual(texts(await fresh.history(c2c('alice'))), ['counts', 'silent']);
});

scenario('a recalled message disappears from both sides and from history', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [alice, bob] = [await device('alice'), await device('bob')];
  const sent = await alice.say('bob', 'oops');
  await bob.received(c2c('alice'), 'oops');
  await alice.chat.revokeMessage(sent);
  await bob.event('MESSAGE_REVOKED', (list) => list.some((m) => m.ID === sent.ID));
  const kept = (await (await device('bob')).history(c2c('alice'))).filter((m) => !m.isRevoked);
  assert.deepEqual(kept, []);
});
