import assert from 'node:assert/strict';

import { c2c, group, scenario } from '../lib/scenario.js';

const room = 'group-room';

scenario('reading on one device clears the dot on the other', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  const [phone, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  for (const text of ['one', 'two', 'three']) await bob.say(room, text);
  await phone.untilUnread(group(room), 3);
  await web.untilUnread(group(room), 3);

  await phone.chat.setMessageRead({ conversationID: group(room) });
  await phone.untilUnread(group(room), 0);
  await web.untilUnread(group(room), 0);

  await bob.say(room, 'four');
  await web.untilUnread(group(room), 1);
  await phone.untilUnread(group(room), 1);
  await web.chat.setMessageRead({ conversationID: group(room) });
  await phone.untilUnread(group(room), 0);

  const later = await device('alice');
  assert.equal(await later.unread(group(room)), 0);
});

scenario('own messages reach the other device and never count', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  const [phone, web] = [await device('alice'), await device('alice')];
  await phone.say(room, 'from my phone');
  const synced = await web.received(group(room), 'from my phone');
  assert.deepEqual([synced.from, synced.flow], ['alice', 'out']);
  assert.equal(await web.unread(group(room)), 0);
  assert.equal(phone.messages(group(room)).length, 0);
  assert.equal(await (await device('alice')).unread(group(room)), 0);
});

scenario('C2C unread rises, and reading clears it on the other device', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [phone, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  await bob.say('alice', 'psst');
  await bob.say('alice', 'are you there');
  await phone.untilUnread(c2c('bob'), 2);
  await web.untilUnread(c2c('bob'), 2);
  await web.chat.setMessageRead({ conversationID: c2c('bob') });
  await phone.untilUnread(c2c('bob'), 0);
  assert.equal(await (await device('alice')).unread(c2c('bob')), 0);
});

scenario('a count set over REST is what the next login sees', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  for (const text of ['a', 'b', 'c', 'd']) await server.say(room, 'bob', text);
  await server.must('group_open_http_svc/set_unread_msg_num', { GroupId: room, Member_Account: 'alice', UnreadMsgNum: 2 });
  const alice = await device('alice');
  assert.equal(await alice.unread(group(room)), 2);
});

scenario('reading everything at once clears every dot on the other device', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  const [phone, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  await bob.say(room, 'in the group');
  await bob.say('alice', 'between us');
  for (const each of [phone, web]) {
    await each.untilUnread(group(room), 1);
    await each.untilUnread(c2c('bob'), 1);
  }
  await phone.chat.setAllMessageRead({ scope: phone.sdk.TYPES.READ_ALL_MSG });
  for (const each of [phone, web]) {
    await each.untilUnread(group(room), 0);
    await each.untilUnread(c2c('bob'), 0);
  }
});

scenario('a message to oneself reaches the other devices once and counts nothing', async ({ server, device }) => {
  await server.accounts('alice', 'bob');
  const [term, web, bob] = [await device('alice'), await device('alice'), await device('bob')];
  const note = { data: JSON.stringify({ type: 'reddot.read', v: 1, conv: group(room), seq: 42 }), description: 'read', extension: '' };
  await term.send(
    term.chat.createCustomMessage({ ...term.to('alice'), payload: note }),
    { messageControlInfo: { excludedFromUnreadCount: true, excludedFromLastMessage: true } },
  );
  await term.say('alice', 'a plain line to myself');
  await web.received(c2c('alice'), 'a plain line to myself');
  await bob.say('alice', 'the end'); // whatever was still to come has come before this
  await Promise.all([term, web].map((each) => each.received(c2c('bob'), 'the end')));

  const notes = web.messages(c2c('alice')).filter((m) => m.type === 'TIMCustomElem');
  assert.equal(notes.length, 1);
  assert.equal(notes[0].payload.data, note.data);
  assert.equal(notes[0].from, 'alice');
  assert.equal(web.messages(c2c('alice')).length, 2);
  assert.equal(term.messages(c2c('alice')).length, 0, 'the sender gets no echo');
  assert.ok(!(await web.unread(c2c('alice'))));
  assert.ok(!(await (await device('alice')).unread(c2c('alice'))));
});
