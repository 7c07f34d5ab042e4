import assert from 'node:assert/strict';

import { c2c, group, scenario, texts } from '../lib/scenario.js';

const room = 'group-room';

async function pair({ server, device }) {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob']);
  return { alice: await device('alice'), bob: await device('bob') };
}

scenario('a deleted message is gone on every device of who deleted it, and on no other', async (test) => {
  const { alice, bob } = await pair(test);
  for (const text of ['one', 'two', 'three']) await alice.say(room, text);
  for (const text of ['eins', 'zwei']) await alice.say('bob', text);
  const two = await bob.received(group(room), 'two');
  const zwei = await bob.received(c2c('alice'), 'zwei');
  await bob.received(group(room), 'three');
  await bob.chat.deleteMessage([two]);
  await bob.chat.deleteMessage([zwei]);
  const other = await test.device('bob');
  assert.deepEqual(texts(await other.history(group(room))), ['one', 'three']);
  assert.deepEqual(texts(await other.history(c2c('alice'))), ['eins']);
  const third = await test.device('alice');
  assert.deepEqual(texts(await third.history(group(room))), ['one', 'two', 'three']);
  assert.deepEqual(texts(await third.history(c2c('bob'))), ['eins', 'zwei']);
});

scenario('a cleared history stays empty until something new comes', async (test) => {
  const { alice, bob } = await pair(test);
  await alice.say(room, 'before');
  await alice.say('bob', 'vorher');
  await bob.received(group(room), 'before');
  await bob.received(c2c('alice'), 'vorher');
  for (const conversation of [group(room), c2c('alice')]) await bob.chat.clearHistoryMessage(conversation);
  await alice.say(room, 'after');
  await alice.say('bob', 'nachher');
  await bob.received(c2c('alice'), 'nachher');
  const other = await test.device('bob');
  assert.deepEqual(texts(await other.history(group(room))), ['after']);
  assert.deepEqual(texts(await other.history(c2c('alice'))), ['nachher']);
  assert.deepEqual([await other.unread(group(room)), await other.unread(c2c('alice'))], [1, 1]);
  const third = await test.device('alice');
  assert.deepEqual(texts(await third.history(group(room))), ['before', 'after']);
});

scenario('a conversation is deleted with its history, or without', async (test) => {
  const { alice, bob } = await pair(test);
  await alice.say(room, 'kept');
  await alice.say('bob', 'gone');
  await bob.received(c2c('alice'), 'gone');
  await bob.chat.deleteConversation({ conversationIDList: [group(room)], clearHistoryMessage: false });
  await bob.chat.deleteConversation({ conversationIDList: [c2c('alice')], clearHistoryMessage: true });
  const other = await test.device('bob');
  assert.deepEqual((await other.chat.getConversationList()).data.conversationList, []);
  assert.deepEqual(texts(await other.history(group(room))), ['kept']);
  assert.deepEqual(await other.history(c2c('alice')), []);
});
