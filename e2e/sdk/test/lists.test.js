import assert from 'node:assert/strict';

import { c2c, group, scenario, texts } from '../lib/scenario.js';

const room = 'group-room';

scenario('the group list names type, size and role', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol');
  await server.group('group-work', 'alice', ['bob'], { Type: 'Private', Name: '排班' });
  await server.group('group-public', 'bob', ['alice', 'carol']);
  await server.group('group-meeting', 'bob', ['alice'], { Type: 'ChatRoom' });
  await server.group('group-other', 'bob', ['carol']);

  const alice = await device('alice');
  const { data } = await alice.chat.getGroupList();
  const rows = data.groupList.map((g) => [g.groupID, g.type, g.selfInfo.role, g.memberCount ?? g.memberNum]);
  const { GRP_WORK, GRP_PUBLIC, GRP_MEETING, GRP_MBR_ROLE_OWNER, GRP_MBR_ROLE_MEMBER } = alice.sdk.TYPES;
  assert.deepEqual(rows.sort(), [
    ['group-meeting', GRP_MEETING, GRP_MBR_ROLE_MEMBER, 2],
    ['group-public', GRP_PUBLIC, GRP_MBR_ROLE_MEMBER, 3],
    ['group-work', GRP_WORK, GRP_MBR_ROLE_OWNER, 2],
  ]);
  assert.equal(data.groupList.find((g) => g.groupID === 'group-work').name, '排班');
});

scenario('the member list has roles and nicks', async ({ server, device }) => {
  await server.accounts('alice', 'bob', 'carol');
  await server.group(room, 'alice', ['bob', 'carol']);
  const bob = await device('bob');
  const { data } = await bob.chat.getGroupMemberList({ groupID: room, count: 30, offset: 0 });
  const rows = data.memberList.map((m) => [m.userID, m.role, m.nick]).sort();
  assert.deepEqual(rows, [['alice', 'Owner', 'ALICE'], ['bob', 'Member', 'BOB'], ['carol', 'Member', 'CAROL']]);
});

scenario('the conversation list has unread counts and previews', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  await server.group('group-quiet', 'bob', ['alice']);
  for (const text of ['一', '二', '三 😀']) await server.say(room, 'bob', text);
  await server.say(room, 'alice', 'mine does not count');
  for (const text of ['first', 'second']) {
    await server.must('openim/sendmsg', {
      From_Account: 'bob', To_Account: 'alice', MsgRandom: Math.floor(Math.random() * 2 ** 32), MsgSeq: 1,
      MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }],
    });
  }

  const alice = await device('alice');
  await alice.untilUnread(group(room), 3);
  await alice.untilUnread(c2c('bob'), 2);
  assert.equal((await alice.conversation(group(room))).lastMessage.payload.text, 'mine does not count');
  assert.equal((await alice.conversation(c2c('bob'))).lastMessage.payload.text, 'second');
  assert.equal(alice.chat.getTotalUnreadMessageCount(), 5);
  assert.ok(!(await alice.unread(group('group-quiet'))));
});

scenario('group history comes oldest first, page by page to its beginning', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  const said = Array.from({ length: 40 }, (_, i) => `message ${i + 1}`);
  for (const text of said) await server.say(room, 'bob', text);

  const alice = await device('alice');
  const page = await alice.history(group(room));
  assert.deepEqual(texts(page), said.slice(-page.length));
  assert.ok(page.every((m) => m.from === 'bob' && m.flow === 'in' && m.nick === 'BOB'));
  const all = await alice.history(group(room), 10);
  const heard = all.filter((m) => m.type === alice.sdk.TYPES.MSG_TEXT);
  assert.deepEqual(texts(heard), said);
  const sequences = all.map((m) => m.sequence);
  assert.deepEqual(sequences, [...sequences].sort((a, b) => a - b));
});

scenario('C2C history comes oldest first, page by page to its beginning', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const said = Array.from({ length: 37 }, (_, i) => `note ${i + 1}`);
  for (const [i, text] of said.entries()) {
    await server.must('openim/sendmsg', {
      From_Account: i % 3 ? 'bob' : 'alice', To_Account: i % 3 ? 'alice' : 'bob', MsgRandom: 1000 + i, MsgSeq: 500 + i,
      MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }],
    });
  }
  const alice = await device('alice');
  assert.deepEqual(texts(await alice.history(c2c('bob'), 10)), said);
});
