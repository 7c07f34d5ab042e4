import assert from 'node:assert/strict';

import { c2c, group, scenario, texts } from '../lib/scenario.js';

const room = 'group-room';
const newer = { only: (version) => version.includes('3.6.6') };

async function trio({ server, device }) {
  await server.accounts('alice', 'bob', 'carol');
  await server.group(room, 'alice', ['bob', 'carol']);
  return { alice: await device('alice'), bob: await device('bob'), carol: await device('carol') };
}

for (const [kind, to, mine, theirs] of [['group', room, group(room), group(room)], ['C2C', 'bob', c2c('bob'), c2c('alice')]]) {
  scenario(`an edited ${kind} message changes on both sides and in history`, async (test) => {
    const { alice, bob } = await trio(test);
    const sent = await alice.say(to, 'first wording');
    await bob.received(theirs, 'first wording');
    sent.payload.text = 'second wording';
    sent.cloudCustomData = '{"edited":true}';
    const { data } = await alice.chat.modifyMessage(sent);
    assert.equal(data.message.payload.text, 'second wording');
    const [changed] = await bob.event('MESSAGE_MODIFIED', (list) => list.some((m) => m.ID === sent.ID));
    assert.deepEqual([changed.payload.text, changed.cloudCustomData], ['second wording', '{"edited":true}']);
    assert.equal((await bob.conversation(theirs)).lastMessage.payload.text, 'second wording');
    const fresh = await test.device('alice');
    assert.deepEqual(texts(await fresh.history(mine)), ['second wording']);
    await bob.untilUnread(theirs, 1);
  });
}

scenario('a recalled group message is gone for everybody, counts no more, and only author and admins may recall', async (test) => {
  const { alice, bob, carol } = await trio(test);
  const sent = await carol.say(room, 'oops');
  const theirs = await bob.received(group(room), 'oops');
  await bob.untilUnread(group(room), 1);
  await assert.rejects(bob.chat.revokeMessage(theirs));
  await alice.received(group(room), 'oops');
  await alice.chat.revokeMessage(alice.messages(group(room)).find((m) => m.ID === sent.ID));
  const [gone] = await bob.event('MESSAGE_REVOKED', (list) => list.some((m) => m.ID === sent.ID));
  assert.equal(gone.isRevoked, true);
  if (test.version.includes('3.6.6')) assert.equal(gone.revoker, 'alice'); // the older one does not tell
  await carol.event('MESSAGE_REVOKED', (list) => list.some((m) => m.ID === sent.ID));
  await bob.untilUnread(group(room), 0);
  const fresh = await test.device('bob');
  assert.ok(!(await fresh.unread(group(room))));
  assert.deepEqual((await fresh.history(group(room))).filter((m) => !m.isRevoked && m.type === fresh.sdk.TYPES.MSG_TEXT), []);
});

scenario('a directed message reaches whom it names and nobody else', async (test) => {
  const { alice, bob, carol } = await trio(test);
  const web = await test.device('alice');
  await alice.send(alice.text(room, 'between us', { receiverList: ['bob'] }));
  await bob.received(group(room), 'between us');
  await web.received(group(room), 'between us');
  await alice.say(room, 'to all');
  await carol.received(group(room), 'to all');
  assert.deepEqual(texts(carol.messages(group(room))), ['to all']);
  assert.deepEqual(texts(await (await test.device('carol')).history(group(room))), ['to all']);
  assert.deepEqual(texts(await (await test.device('bob')).history(group(room))), ['between us', 'to all']);
}, newer);

scenario('a pinned conversation is pinned on the other device and at the next login', async (test) => {
  const { bob } = await trio(test);
  const other = await test.device('bob');
  await bob.say('alice', 'hello');
  await bob.say(room, 'hello');
  for (const id of [c2c('alice'), group(room)]) {
    const pinned = (device, value) => device.until(async () => (await device.conversation(id))?.isPinned === value, `${id} pinned: ${value}`);
    await other.until(async () => (await other.conversation(id)) !== undefined, id);
    await bob.chat.pinConversation({ conversationID: id, isPinned: true });
    await pinned(bob, true);
    await pinned(other, true);
    await pinned(await test.device('bob'), true);
    await bob.chat.pinConversation({ conversationID: id, isPinned: false });
    await pinned(other, false);
  }
});

scenario('a deleted conversation goes from the other device too, and comes back with the next message', async (test) => {
  const { alice, bob } = await trio(test);
  const other = await test.device('bob');
  await alice.say('bob', 'one');
  await other.untilUnread(c2c('alice'), 1);
  await bob.received(c2c('alice'), 'one');
  await bob.chat.deleteConversation(c2c('alice'));
  await other.until(async () => (await other.conversation(c2c('alice'))) === undefined, 'the conversation to go');
  assert.equal(await (await test.device('bob')).conversation(c2c('alice')), undefined);
  await alice.say('bob', 'two');
  await other.untilUnread(c2c('alice'), 1);
});

scenario('a deleted group conversation goes from the other device, and the membership stays', async (test) => {
  const { alice, bob } = await trio(test);
  const other = await test.device('bob');
  await alice.say(room, 'one');
  for (const each of [bob, other]) await each.untilUnread(group(room), 1);
  await bob.chat.deleteConversation(group(room));
  await other.until(async () => (await other.conversation(group(room))) === undefined, 'the conversation to go');
  const fresh = await test.device('bob');
  assert.equal(await fresh.conversation(group(room)), undefined);
  assert.deepEqual((await fresh.chat.getGroupList()).data.groupList.map((g) => g.groupID), [room]);
  await alice.say(room, 'two');
  await other.received(group(room), 'two');
  await fresh.untilUnread(group(room), 1);
}, newer); // 2.27.6 does not act on the push of a group

scenario('the own profile changes on the other device, and others see it', async (test) => {
  const { alice, bob } = await trio(test);
  const other = await test.device('alice');
  await alice.chat.updateMyProfile({ nick: '爱丽丝', avatar: 'http://x/alice.png', selfSignature: '在线', gender: alice.sdk.TYPES.GENDER_FEMALE });
  const list = await other.event('PROFILE_UPDATED', (l) => l.some((p) => p.userID === 'alice' && p.nick === '爱丽丝'));
  assert.equal(list.find((p) => p.userID === 'alice').avatar, 'http://x/alice.png');
  const { data } = await bob.chat.getUserProfile({ userIDList: ['alice'] });
  assert.deepEqual([data[0].nick, data[0].selfSignature, data[0].gender], ['爱丽丝', '在线', alice.sdk.TYPES.GENDER_FEMALE]);
  await alice.say(room, 'new name');
  assert.equal((await bob.received(group(room), 'new name')).nick, '爱丽丝');
});

scenario('merged messages that are too many for one message are fetched from beside it', async (test) => {
  await test.server.accounts('alice', 'bob');
  await test.server.group('group-room', 'alice', ['bob']);
  const alice = await test.device('alice');
  const bob = await test.device('bob');
  const said = [];
  for (let i = 0; i < 20; i++) said.push(await alice.say('group-room', `${i} ${'长'.repeat(400)}`));
  const payload = { messageList: said, title: '聊天记录', abstractList: ['alice: 0'], compatibleText: '请升级' };
  await alice.send(alice.chat.createMergerMessage({ ...alice.to('bob'), payload }));
  const { TYPES } = bob.sdk;
  const merged = () => bob.messages('C2Calice').find((m) => m.type === TYPES.MSG_MERGER);
  await bob.until(merged, 'the merged messages');
  const { payload: got } = await bob.chat.downloadMergerMessage(merged());
  assert.deepEqual(got.messageList.map((m) => m.messageBody[0].payload.text), said.map((m) => m.payload.text));
});
