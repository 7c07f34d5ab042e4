import assert from 'node:assert/strict';

import { group, scenario } from '../lib/scenario.js';

const room = 'group-room';

async function pair({ server, device }) {
  await server.accounts('alice', 'bob', 'carol');
  await server.group(room, 'alice', ['bob', 'carol']);
  return { alice: await device('alice'), bob: await device('bob') };
}

scenario('two users talk in a group', async (test) => {
  const { alice, bob } = await pair(test);
  const sent = await alice.say(room, '你好,今晚八点 👨‍👩‍👧 "quoted" \\ <b>');
  const got = await bob.received(group(room), sent.payload.text);
  assert.equal(got.ID, sent.ID);
  assert.equal(got.sequence, sent.sequence);
  assert.deepEqual([got.from, got.nick, got.flow], ['alice', 'ALICE', 'in']);

  await bob.say(room, 'see you');
  const answer = await alice.received(group(room), 'see you');
  assert.equal(answer.sequence, sent.sequence + 1);
  await bob.untilUnread(group(room), 1);
});

scenario('elements and custom data arrive as they were sent', async (test) => {
  const { alice, bob } = await pair(test);
  const { chat } = alice;
  const cloudCustomData = JSON.stringify({ reply: '引用', n: 1 });
  const order = { data: JSON.stringify({ order: 42, title: '羊毛大衣' }), description: '[订单] 羊毛大衣 ×1', extension: 'x' };
  const sent = [
    chat.createCustomMessage({ ...alice.to(room), payload: order, cloudCustomData }),
    chat.createFaceMessage({ ...alice.to(room), payload: { index: 3, data: '[赞]' } }),
    chat.createLocationMessage({ ...alice.to(room), payload: { description: '杭州', latitude: 30.25, longitude: 120.15 } }),
  ];
  for (const message of sent) {
    await alice.send(message);
    await bob.event('MESSAGE_RECEIVED', (list) => list.some((m) => m.ID === message.ID));
  }
  const got = bob.messages(group(room));
  assert.deepEqual(got.map((m) => m.type), ['TIMCustomElem', 'TIMFaceElem', 'TIMLocationElem']);
  assert.deepEqual({ ...got[0].payload }, order);
  assert.equal(got[0].cloudCustomData, cloudCustomData);
  assert.deepEqual([got[1].payload.index, got[1].payload.data], [3, '[赞]']);
  assert.deepEqual([got[2].payload.description, got[2].payload.latitude, got[2].payload.longitude], ['杭州', 30.25, 120.15]);

  const late = await test.device('carol');
  const history = await late.history(group(room));
  assert.deepEqual({ ...history.at(-3).payload }, order);
  assert.equal(history.at(-3).cloudCustomData, cloudCustomData);
});

scenario('a mention is marked for whom it names', async (test) => {
  const { alice, bob } = await pair(test);
  const text = '@BOB 库存还有几件';
  await alice.send(alice.chat.createTextAtMessage({ ...alice.to(room), payload: { text, atUserList: ['bob'] } }));
  const got = await bob.received(group(room), text);
  assert.deepEqual(got.atUserList, ['bob']);
  const marked = async () => (await bob.conversation(group(room)))?.groupAtInfoList?.length > 0;
  await bob.until(marked, 'a mention on the conversation');
  const [info] = (await bob.conversation(group(room))).groupAtInfoList;
  assert.deepEqual([info.from, info.messageSequence, info.atTypeArray], ['alice', got.sequence, [bob.sdk.TYPES.CONV_AT_ME]]);

  await alice.send(alice.chat.createTextAtMessage({
    ...alice.to(room), payload: { text: '@所有人 开播了', atUserList: [alice.sdk.TYPES.MSG_AT_ALL] },
  }));
  const all = await bob.received(group(room), '@所有人 开播了');
  assert.deepEqual(all.atUserList, [bob.sdk.TYPES.MSG_AT_ALL]);
});

scenario('sending is refused to those outside, by the code of the service', async (test) => {
  const { server, device } = test;
  await pair(test);
  await server.accounts('mallory');
  const mallory = await device('mallory');
  await assert.rejects(mallory.say(room, 'let me in'), { code: 10007 });
  await assert.rejects(mallory.say('group-nowhere', 'anybody'), { code: 10010 });
});

scenario('a message that asks not to count does not count, and one for online members leaves no trace', async (test) => {
  const { alice, bob } = await pair(test);
  await alice.say(room, 'counts');
  await alice.send(alice.text(room, 'silent'), { messageControlInfo: { excludedFromUnreadCount: true, excludedFromLastMessage: true } });
  await alice.send(alice.text(room, 'online'), { onlineUserOnly: true });
  await bob.received(group(room), 'silent');
  await bob.received(group(room), 'online');
  assert.equal(await bob.unread(group(room)), 1);
  assert.equal((await bob.conversation(group(room))).lastMessage.payload.text, 'counts');

  const fresh = await test.device('bob');
  await fresh.untilUnread(group(room), 1);
  assert.equal((await fresh.conversation(group(room))).lastMessage.payload.text, 'counts');
  const history = (await fresh.history(group(room))).map((m) => m.payload.text);
  assert.deepEqual(history.filter((text) => ['counts', 'silent', 'online'].includes(text)), ['counts', 'silent']);
});

scenario('create, join and quit show on every side', async (test) => {
  const { alice, bob } = await pair(test);
  const { TYPES } = alice.sdk;
  const { data } = await alice.chat.createGroup({
    type: TYPES.GRP_PUBLIC, name: '新群', groupID: 'made-here', joinOption: TYPES.JOIN_OPTIONS_FREE_ACCESS,
  });
  const { groupID } = data.group;
  assert.equal(groupID, 'made-here');
  const joined = await bob.chat.joinGroup({ groupID, type: TYPES.GRP_PUBLIC });
  assert.equal(joined.data.status, TYPES.JOIN_STATUS_SUCCESS);
  const tip = (type) => (list) => list.some((m) => m.to === groupID && m.payload?.operationType === type);
  await alice.event('MESSAGE_RECEIVED', tip(TYPES.GRP_TIP_MBR_JOIN));

  const has = async (who) => (await who.chat.getGroupList()).data.groupList.some((g) => g.groupID === groupID);
  await bob.until(() => has(bob), 'the joined group in the list');
  const inGroup = { to: groupID, conversationType: TYPES.CONV_GROUP };
  await bob.send(bob.chat.createTextMessage({ ...inGroup, payload: { text: 'hello all' } }));
  await alice.received(group(groupID), 'hello all');

  await bob.chat.quitGroup(groupID);
  await alice.event('MESSAGE_RECEIVED', tip(TYPES.GRP_TIP_MBR_QUIT));
  await bob.until(async () => !(await has(bob)), 'the group to leave the list');
  await assert.rejects(bob.send(bob.chat.createTextMessage({ ...inGroup, payload: { text: 'still here?' } })), { code: 10007 });
});

scenario('an invited member gets the group, a removed one loses it, and a dissolved one is gone', async (test) => {
  const { alice, bob } = await pair(test);
  const { server } = test;
  await server.accounts('dave');
  const dave = await test.device('dave');
  const has = async (who) => (await who.chat.getGroupList()).data.groupList.some((g) => g.groupID === room);
  await server.must('group_open_http_svc/add_group_member', { GroupId: room, MemberList: [{ Member_Account: 'dave' }] });
  await dave.until(() => has(dave), 'the group after the invitation');
  await alice.say(room, 'welcome');
  await dave.received(group(room), 'welcome');

  await alice.chat.deleteGroupMember({ groupID: room, userIDList: ['dave'], reason: '' });
  await dave.until(async () => !(await has(dave)), 'the group to go after the removal');
  await server.must('group_open_http_svc/destroy_group', { GroupId: room });
  await bob.until(async () => !(await has(bob)), 'the group to go after it was dissolved');
});
