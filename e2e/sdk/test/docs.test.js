// What docs/read-sync.md tells a web page to do works, with the official SDK as the page.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { group, scenario } from '../lib/scenario.js';

const page = readFileSync(new URL('../../../docs/read-sync.md', import.meta.url), 'utf8');
const room = 'group-room';

// blocks returns the fenced pieces of the document that are in a language.
const blocks = (language) => [...page.matchAll(new RegExp('```' + language + '\\n(.*?)```', 'gs'))].map((match) => match[1]);
const [send, accept] = blocks('js');
const [settings] = blocks('toml');

async function shop({ server, device, terminal }) {
  await server.accounts('alice', 'bob');
  await server.group(room, 'bob', ['alice']);
  return { web: await device('alice'), bob: await device('bob'), term: terminal('alice', 'term') };
}

const unread = async (term, ...flags) => (await term.run('groups', ...flags)).find((row) => row.group === room).unread;

scenario('the documented lines of a page that sends a note clear the dot in the terminal', async (test) => {
  const { web, bob, term } = await shop(test);
  const { sequence } = await bob.say(room, 'hello');
  assert.equal(await unread(term), 1);
  const tell = new Function('crypto', `${send}; return tellMyOtherDevices;`)({ randomUUID });
  await tell(web.chat, 'alice', room, sequence);
  assert.equal(await unread(term), 0);
});

scenario('the documented lines of a page that accepts a note read the group there', async (test) => {
  const { web, bob, term } = await shop(test);
  const asked = [];
  const chat = {
    on: (...handler) => web.chat.on(...handler),
    setMessageRead: (options) => { asked.push(options.conversationID); return web.chat.setMessageRead(options); },
  };
  new Function('chat', 'TencentCloudChat', 'me', accept)(chat, { EVENT: web.sdk.EVENT }, 'alice');
  await bob.say(room, 'hello');
  await web.untilUnread(group(room), 1);
  await term.run('read', room);
  await web.until(() => asked.includes(group(room)), 'the page reading the group');
});

scenario('a note in the page\'s own form is understood and sent with the documented settings', async (test) => {
  const { web, bob, term } = await shop(test);
  const config = join(term.home.path, 'config.toml');
  writeFileSync(config, settings);
  const { sequence } = await bob.say(room, 'hello');
  assert.equal(await unread(term, '--config', config), 1);
  const data = JSON.stringify({ type: 'clearDot', data: { groupID: room, seq: sequence } });
  await web.send(web.chat.createCustomMessage({ ...web.to('alice'), payload: { data, description: '', extension: '' } }));
  assert.equal(await unread(term, '--config', config), 0);

  await bob.say(room, 'again');
  await term.run('read', room, '--config', config);
  await web.until(() => web.messages('C2Calice').some((m) => m.payload.data === data.replace(`${sequence}`, `${sequence + 1}`)), 'the terminal\'s note in the page\'s form');
});
