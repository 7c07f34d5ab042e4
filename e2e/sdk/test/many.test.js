import assert from 'node:assert/strict';

import { scenario } from '../lib/scenario.js';

const many = 2000;
const atOnce = 100; // accounts and receivers of one REST call

scenario('two thousand conversations come in pages, and all of them', async ({ server, make }) => {
  const users = Array.from({ length: many }, (_, i) => `user${i}`);
  await server.accounts('alice');
  for (let i = 0; i < many; i += atOnce) {
    await server.must('im_open_login_svc/multiaccount_import', { AccountList: users.slice(i, i + atOnce).map((UserID) => ({ UserID })) });
    await server.must('openim/batchsendmsg', {
      From_Account: 'alice', To_Account: users.slice(i, i + atOnce), SyncOtherMachine: 1, MsgRandom: i + 1,
      MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: '一条消息，要有些长度。'.repeat(40) } }],
    });
  }
  const alice = make('alice');
  await alice.chat.login({ userID: 'alice', userSig: server.sign('alice') });
  await alice.event('SDK_READY');
  await alice.until(async () => (await alice.chat.getConversationList()).data.isSyncCompleted, 'the whole list');
  const { data } = await alice.chat.getConversationList();
  assert.equal(new Set(data.conversationList.map((c) => c.conversationID)).size, many);
});
