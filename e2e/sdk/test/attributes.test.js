import assert from 'node:assert/strict';

import { scenario } from '../lib/scenario.js';

const room = 'group-room';

async function pair({ server, device }, options) {
  await server.accounts('alice', 'bob');
  await server.group(room, 'alice', ['bob'], options);
  return { alice: await device('alice'), bob: await device('bob') };
}

const attributes = async (device, keyList = []) => (await device.chat.getGroupAttributes({ groupID: room, keyList })).data.groupAttributes;

scenario('attributes of a group reach all members, and nobody overwrites what is unseen', async (test) => {
  const { alice, bob } = await pair(test);
  await alice.chat.initGroupAttributes({ groupID: room, groupAttributes: { seat1: 'alice', seat2: '空' } });
  await bob.event('GROUP_ATTRIBUTES_UPDATED', ({ groupAttributes }) => groupAttributes.seat2 === '空');
  assert.deepEqual(await attributes(bob), { seat1: 'alice', seat2: '空' });
  await bob.chat.setGroupAttributes({ groupID: room, groupAttributes: { seat2: 'bob' } });
  await alice.event('GROUP_ATTRIBUTES_UPDATED', ({ groupAttributes }) => groupAttributes.seat2 === 'bob');
  assert.deepEqual(await attributes(alice, ['seat2']), { seat2: 'bob' });

  const later = await test.device('bob');
  await assert.rejects(later.chat.setGroupAttributes({ groupID: room, groupAttributes: { seat1: 'mine' } }), { code: 10056 });
  assert.deepEqual(await attributes(later), { seat1: 'alice', seat2: 'bob' });
  await later.chat.setGroupAttributes({ groupID: room, groupAttributes: { seat1: '空' } });
  await later.chat.deleteGroupAttributes({ groupID: room, keyList: ['seat2'] });
  await alice.event('GROUP_ATTRIBUTES_UPDATED', ({ groupAttributes }) => groupAttributes.seat1 === '空' && !('seat2' in groupAttributes));
  await later.chat.deleteGroupAttributes({ groupID: room, keyList: [] });
  await alice.event('GROUP_ATTRIBUTES_UPDATED', ({ groupAttributes }) => Object.keys(groupAttributes).length === 0);
  await assert.rejects((await test.device('carol')).chat.getGroupAttributes({ groupID: room, keyList: [] }));
});

scenario('counters of a group are added up for all members', async (test) => {
  const { alice, bob } = await pair(test);
  await alice.chat.setGroupCounters({ groupID: room, counters: { likes: 5 } });
  await bob.event('GROUP_COUNTER_UPDATED', ({ key, value }) => key === 'likes' && value === 5);
  await bob.chat.increaseGroupCounter({ groupID: room, key: 'likes', value: 3 });
  await alice.event('GROUP_COUNTER_UPDATED', ({ key, value }) => key === 'likes' && value === 8);
  await bob.chat.decreaseGroupCounter({ groupID: room, key: 'likes', value: 1 });
  await alice.event('GROUP_COUNTER_UPDATED', ({ key, value }) => key === 'likes' && value === 7);
  const later = await test.device('bob');
  assert.deepEqual((await later.chat.getGroupCounters({ groupID: room, keyList: ['likes'] })).data.counters, { likes: 7 });
});

scenario('extensions of a message reach who may see it', async (test) => {
  const { alice, bob } = await pair(test);
  const sent = await alice.say(room, '谁来？', { isSupportExtension: true });
  const got = await bob.received(`GROUP${room}`, '谁来？');
  assert.equal(got.isSupportExtension, true);
  await bob.chat.setMessageExtensions(got, [{ key: 'bob', value: '来' }]);
  await alice.event('MESSAGE_EXTENSIONS_UPDATED', ({ messageID, extensions }) => messageID === sent.ID && extensions[0].value === '来');
  const { data } = await alice.chat.getMessageExtensions(sent);
  assert.deepEqual(data.extensions, [{ key: 'bob', value: '来' }]);
  await alice.chat.deleteMessageExtensions(sent, ['bob']);
  await bob.event('MESSAGE_EXTENSIONS_DELETED', ({ messageID, keyList }) => messageID === sent.ID && keyList[0] === 'bob');
});

scenario('marks and groups of conversations are there on the next device', async (test) => {
  const { alice, bob } = await pair(test);
  await bob.say(room, 'hello');
  await bob.say('alice', 'hello');
  await alice.received('C2Cbob', 'hello');
  const { CONV_MARK_TYPE_STAR } = alice.sdk.TYPES;
  const both = ['C2Cbob', `GROUP${room}`];
  await alice.chat.markConversation({ conversationIDList: both, markType: CONV_MARK_TYPE_STAR, enableMark: true });
  await alice.chat.setConversationCustomData({ conversationIDList: ['C2Cbob'], customData: '老客户' });
  await alice.chat.createConversationGroup({ conversationIDList: ['C2Cbob'], groupName: '客户' });
  const later = await test.device('alice');
  await later.until(async () => (await later.chat.getConversationList({ markType: CONV_MARK_TYPE_STAR })).data.conversationList.length === 2, 'the marks');
  const { conversationList } = (await later.chat.getConversationList({ groupName: '客户' })).data;
  assert.deepEqual(conversationList.map((c) => [c.conversationID, c.customData]), [['C2Cbob', '老客户']]);
  assert.deepEqual((await later.chat.getConversationGroupList()).data, ['客户']);
  await later.chat.deleteConversationGroup('客户');
  await later.chat.markConversation({ conversationIDList: both, markType: CONV_MARK_TYPE_STAR, enableMark: false });
  const third = await test.device('alice');
  await third.until(async () => (await third.conversation('C2Cbob'))?.customData === '老客户', 'the text');
  assert.deepEqual((await third.chat.getConversationGroupList()).data, []);
});

scenario('a community is made, joined and talked in', async (test) => {
  await test.server.accounts('alice', 'bob');
  const alice = await test.device('alice');
  const bob = await test.device('bob');
  const { GRP_COMMUNITY, JOIN_STATUS_SUCCESS } = alice.sdk.TYPES;
  const { data } = await alice.chat.createGroup({ type: GRP_COMMUNITY, name: '会员', groupID: '@TGS#_members' });
  assert.equal(data.group.groupID, '@TGS#_members');
  assert.equal((await bob.chat.joinGroup({ groupID: '@TGS#_members', type: GRP_COMMUNITY })).data.status, JOIN_STATUS_SUCCESS);
  await bob.say('@TGS#_members', '大家好');
  await alice.received('GROUP@TGS#_members', '大家好');
  const later = await test.device('bob');
  assert.deepEqual((await later.chat.getGroupList()).data.groupList.map((g) => [g.groupID, g.type]), [['@TGS#_members', GRP_COMMUNITY]]);
});
