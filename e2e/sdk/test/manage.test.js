// What reddot does to groups, as the official SDK in a member's browser sees it: by the right event, on both ways.

import assert from 'node:assert/strict';

import { scenario } from '../lib/scenario.js';

const room = 'group-shop';
const system = '@TIM#SYSTEM';
const ways = { 'the long connection': { rest: false }, REST: { rest: true } };

// shop is a group of alice's with bob in it: alice at her terminal, bob in the browser.
async function shop({ server, device, terminal }, way, options = {}) {
  await server.accounts('alice', 'bob', 'carol', 'dave');
  await server.group(room, 'alice', ['bob'], { Name: '直播间', ...options });
  return { bob: await device('bob'), alice: terminal('alice', 'term', way) };
}

const all = (device) => device.named('MESSAGE_RECEIVED').flat();

// noticed waits for a system notice of a number, about a group.
async function noticed(device, type, group = room) {
  const find = () => all(device).find(
    (m) => m.conversationID === system && m.payload?.operationType === type && m.payload.groupProfile?.groupID === group,
  );
  await device.until(find, `notice ${type} of ${group}`);
  return find();
}

// tipped waits for a line of a group's timeline.
async function tipped(device, name, fits = () => true) {
  const type = device.sdk.TYPES[name];
  assert.ok(type !== undefined, `the SDK has no ${name}`);
  const find = () => all(device).find((m) => m.type === 'TIMGroupTipElem' && m.payload.operationType === type && fits(m.payload));
  await device.until(find, `tip ${name}`);
  return find().payload;
}

const groups = async (device) => (await device.chat.getGroupList()).data.groupList;
const has = async (device, id = room) => (await groups(device)).some((g) => g.groupID === id);
const about = (user) => (payload) => payload.userIDList?.includes(user) ?? false;

for (const [name, way] of Object.entries(ways)) {
  scenario(`${name}: who is taken into a new group has it, with its name and the other members`, async (test) => {
    const { bob, alice } = await shop(test, way);
    const [made] = await alice.run('group', 'create', '--type', 'public', '--name', '新品', '--id', 'made', '--member', 'bob', '--member', 'carol:role=guide');
    assert.deepEqual([made.group, made.members.map((m) => m.user)], ['made', ['bob', 'carol']]);
    await noticed(bob, 7, 'made');
    await bob.until(() => has(bob, 'made'), 'the group in the list');
    const group = (await groups(bob)).find((g) => g.groupID === 'made');
    assert.deepEqual([group.name, group.ownerID], ['新品', 'alice']);
    const { memberList } = (await bob.chat.getGroupMemberList({ groupID: 'made', count: 30 })).data;
    assert.deepEqual(memberList.map((m) => m.userID).sort(), ['alice', 'bob', 'carol']);
  });

  scenario(`${name}: who is invited, and who is removed, shows to the members`, async (test) => {
    const { bob, alice } = await shop(test, way);
    const dave = await test.device('dave');
    await alice.run('group', 'invite', room, 'dave');
    await tipped(bob, 'GRP_TIP_MBR_JOIN', about('dave'));
    await noticed(dave, 7);
    await dave.until(() => has(dave), 'the group in the list');
    await alice.run('group', 'remove', room, 'dave', '--reason', 'spam', '--yes');
    await tipped(bob, 'GRP_TIP_MBR_KICKED_OUT', about('dave'));
    await noticed(dave, 4);
    await dave.until(async () => !(await has(dave)), 'the group off the list');
  });

  scenario(`${name}: who joins shows to the members`, async (test) => {
    const { bob } = await shop(test, way, { ApplyJoinOption: 'FreeAccess' });
    const [joined] = await test.terminal('carol', 'term', way).run('group', 'join', room);
    assert.equal(joined.group, room);
    await tipped(bob, 'GRP_TIP_MBR_JOIN', about('carol'));
  });

  scenario(`${name}: roles, name and silence show to whom they concern`, async (test) => {
    const { bob, alice } = await shop(test, way);
    await alice.run('group', 'role', room, 'bob', 'admin');
    await noticed(bob, 9);
    await tipped(bob, 'GRP_TIP_MBR_SET_ADMIN', about('bob'));
    await alice.run('group', 'role', room, 'bob', 'member');
    await noticed(bob, 10);
    await tipped(bob, 'GRP_TIP_MBR_CANCELED_ADMIN', about('bob'));

    await alice.run('group', 'edit', room, '--name', '新直播间', '--notice', '今晚八点');
    const changed = await tipped(bob, 'GRP_TIP_GRP_PROFILE_UPDATED');
    assert.deepEqual([changed.newGroupProfile.groupName, changed.newGroupProfile.notification ?? changed.newGroupProfile.groupNotification], ['新直播间', '今晚八点']);
    await bob.until(async () => (await groups(bob)).find((g) => g.groupID === room).name === '新直播间', 'the new name');

    await alice.run('group', 'mute', room, 'bob', '--for', '10m');
    await tipped(bob, 'GRP_TIP_MBR_PROFILE_UPDATED', (payload) => payload.memberList.some((m) => m.userID === 'bob' && m.muteTime > 0));
    await assert.rejects(bob.say(room, 'hello?'), { code: 10017 });
    await alice.run('group', 'mute', room, 'bob', '--off');
    await tipped(bob, 'GRP_TIP_MBR_PROFILE_UPDATED', (payload) => payload.memberList.some((m) => m.userID === 'bob' && m.muteTime === 0));
    await bob.say(room, 'hello!');
  });

  scenario(`${name}: a group is handed over, left, and dissolved by its heir`, async (test) => {
    const { bob, alice } = await shop(test, way);
    const carol = test.terminal('carol', 'term', way);
    await alice.run('group', 'invite', room, 'carol');
    await alice.run('group', 'handover', room, 'carol', '--yes');
    await tipped(bob, 'GRP_TIP_GRP_PROFILE_UPDATED', (payload) => payload.newGroupProfile.ownerID === 'carol');
    await alice.run('group', 'quit', room, '--yes');
    // The API has no leaving, only removal by the admin.
    await tipped(bob, way.rest ? 'GRP_TIP_MBR_KICKED_OUT' : 'GRP_TIP_MBR_QUIT', about('alice'));
    await carol.run('group', 'destroy', room, '--yes');
    const notice = await noticed(bob, 5);
    assert.equal(notice.payload.operatorID, way.rest ? 'administrator' : 'carol');
    await bob.until(async () => !(await has(bob)), 'the group off the list');
  });
}

scenario('an application from a browser is decided at the terminal, and one from the terminal in a browser', async (test) => {
  const { alice } = await shop(test, ways['the long connection'], { ApplyJoinOption: 'NeedPermission' });
  const dave = await test.device('dave');
  const apply = async (text) => {
    const { data } = await dave.chat.joinGroup({ groupID: room, type: dave.sdk.TYPES.GRP_PUBLIC, applyMessage: text });
    assert.equal(data.status, dave.sdk.TYPES.JOIN_STATUS_WAIT_APPROVAL);
  };
  const tail = alice.start('tail');
  await tail.line('the connection', (line) => line.event === 'connection' && line.text === 'online');
  await apply('老客户');
  await tail.line('the application', (line) => line.event === 'group_notice' && line.text === 'applied' && line.from === 'dave');
  await tail.stop();
  const [waiting] = await alice.run('group', 'applications');
  assert.deepEqual([waiting.group, waiting.user, waiting.message], [room, 'dave', '老客户']);
  await alice.run('group', 'refuse', room, 'dave', '--reply', '下次');
  const refused = await noticed(dave, 3);
  assert.equal(refused.payload.operatorID, 'alice');
  await apply('再试一次');
  await alice.run('group', 'approve', room, 'dave', '--reply', '欢迎');
  await noticed(dave, 2);
  await dave.until(() => has(dave), 'the group after the approval');

  const owner = await test.device('alice');
  const [asked] = await test.terminal('carol', 'term').run('group', 'join', room, '--message', '我是小卡');
  assert.equal(asked.group, room);
  const message = await noticed(owner, 1);
  assert.equal(message.payload.operatorID, 'carol');
  await owner.chat.handleGroupApplication({ handleAction: 'Agree', handleMessage: '', message });
  await tipped(dave, 'GRP_TIP_MBR_JOIN', about('carol'));
});

scenario('what browsers do to groups is told at the terminal', async (test) => {
  const { bob, alice } = await shop(test, ways['the long connection']);
  await test.server.rest('group_open_http_svc/change_group_owner', { GroupId: room, NewOwner_Account: 'bob' });
  const tail = alice.start('tail');
  await tail.line('the connection', (line) => line.event === 'connection' && line.text === 'online');
  const told = (kind) => tail.line(kind, (line) => line.event === 'group_notice' && line.text === kind && line.from === 'bob');
  await bob.chat.setGroupMemberRole({ groupID: room, userID: 'alice', role: bob.sdk.TYPES.GRP_MBR_ROLE_ADMIN });
  await told('made_admin');
  await bob.chat.setGroupMemberRole({ groupID: room, userID: 'alice', role: bob.sdk.TYPES.GRP_MBR_ROLE_MEMBER });
  await told('unmade_admin');
  const { data } = await bob.chat.createGroup({ name: 'Second', type: bob.sdk.TYPES.GRP_PUBLIC, memberList: [{ userID: 'alice' }] });
  await tail.line('the invitation', (line) => line.event === 'group_notice' && line.text === 'invited' && line.conv === `GROUP${data.group.groupID}`);
  await bob.chat.deleteGroupMember({ groupID: room, userIDList: ['alice'], reason: 'spam' });
  await told('removed');
  await bob.chat.dismissGroup(data.group.groupID);
  await told('dissolved');
  await tail.stop();
  assert.deepEqual(await alice.run('groups'), []);
});

scenario('a search finds public groups by their name, page by page, and closed ones for their members alone', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  for (let i = 0; i < 5; i++) await server.group(`autumn-${i}`, 'bob', [], { Name: `秋装 ${i}` });
  await server.group('inside', 'bob', [], { Name: '秋装 内部', Type: 'Private' });
  const alice = await device('alice');
  const bob = await device('bob');
  const page = async (who, options) => (await who.chat.searchCloudGroups({ keywordList: ['秋装'], count: 3, ...options })).data;
  const first = await page(alice);
  assert.equal(first.totalCount, 5);
  const second = await page(alice, { cursor: first.cursor });
  assert.equal(second.cursor, '');
  const found = [...first.searchResultList, ...second.searchResultList];
  assert.deepEqual(found.map((g) => [g.groupID, g.name, g.type]), [0, 1, 2, 3, 4].map((i) => [`autumn-${i}`, `秋装 ${i}`, 'Public']));
  assert.equal((await page(bob, { keywordList: ['秋装', '内部'], keywordListMatchType: 'and' })).searchResultList[0].groupID, 'inside');
}, { only: (version) => version.includes('3.6.6') });
