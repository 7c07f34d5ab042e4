// Device is one copy of an official SDK, logged in or about to be.

import assert from 'node:assert/strict';

import { Network, load } from './bundle.js';
import { patience } from './patience.js';
import { appID } from './server.js';

export class Device {
  constructor(server, version, user, options = {}) {
    this.server = server;
    this.user = user;
    this.log = [];
    this.network = new Network(server.ws);
    this.sdk = load(version, this.network, this.log);
    this.chat = this.sdk.create({ SDKAppID: appID, proxyServer: server.ws, ...options });
    this.chat.setLogLevel(4);
    this.events = [];
    this.waiting = new Set();
    for (const name of new Set(Object.values(this.sdk.EVENT))) {
      this.chat.on(name, (event) => this.#note(name, event.data));
    }
  }

  // login logs in and waits until the SDK is ready and its first lists are there.
  async login(userSig = this.server.sign(this.user)) {
    const reply = await this.chat.login({ userID: this.user, userSig });
    await this.event('SDK_READY');
    await this.chat.getGroupList();
    await this.until(() => this.chat.getConversationList().then(({ data }) => data.isSyncCompleted), 'the conversation list');
    return reply;
  }

  // close ends the session as far as it goes; the server ends with the test anyway.
  async close() {
    for (const end of ['logout', 'destroy']) {
      try {
        await this.chat[end]();
      } catch {} // whose login has ended
    }
    this.network.down();
  }

  #note(name, data) {
    this.events.push({ name, data });
    for (const check of this.waiting) check();
  }

  // named returns the events of a name such as MESSAGE_RECEIVED, oldest first.
  named(name) {
    const wanted = this.sdk.EVENT[name];
    assert.ok(wanted, `the SDK has no event ${name}`);
    return this.events.filter((event) => event.name === wanted).map((event) => event.data);
  }

  // event waits for an event that fits, and returns its data; earlier ones count.
  async event(name, fits = () => true) {
    let found;
    await this.until(() => (found = this.named(name).find(fits)) !== undefined || this.named(name).some(fits), `event ${name}`);
    return found;
  }

  // until waits until check holds; it looks again at every event, and now and then for what raises none.
  until(check, what) {
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = (outcome, value) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        clearInterval(poll);
        this.waiting.delete(look);
        outcome(value);
      };
      const look = async () => {
        try {
          const value = await check();
          if (value) settle(resolve, value);
        } catch (error) {
          settle(reject, error);
        }
      };
      const timer = setTimeout(() => settle(reject, new Error(`${this.user} waits in vain for ${what}\n${this.story()}`)), patience);
      const poll = setInterval(look, 50);
      this.waiting.add(look);
      look();
    });
  }

  // story tells what the device saw, for failures.
  story() {
    const events = this.events.slice(-30).map(({ name, data }) => `  ${name} ${brief(data)}`);
    return [...events, `server: ${this.server.log.slice(-2000)}`].join('\n');
  }

  // messages returns all received messages of a conversation, in order of arrival.
  messages(conversationID) {
    return this.named('MESSAGE_RECEIVED').flat().filter((m) => m.conversationID === conversationID);
  }

  // received waits for a received text.
  async received(conversationID, text) {
    const find = () => this.messages(conversationID).find((m) => m.payload?.text === text);
    await this.until(find, `message ${text} in ${conversationID}`);
    return find();
  }

  async conversation(conversationID) {
    const { data } = await this.chat.getConversationList();
    return data.conversationList.find((c) => c.conversationID === conversationID);
  }

  async unread(conversationID) {
    return (await this.conversation(conversationID))?.unreadCount;
  }

  untilUnread(conversationID, count) {
    return this.until(async () => (await this.unread(conversationID)) === count, `unread ${count} in ${conversationID}`);
  }

  // text makes a text message to a group or a user.
  text(to, text, options = {}) {
    return this.chat.createTextMessage({ ...this.to(to), payload: { text }, ...options });
  }

  to(to) {
    const group = /^(group-|@TGS#)/.test(to);
    return { to, conversationType: group ? this.sdk.TYPES.CONV_GROUP : this.sdk.TYPES.CONV_C2C };
  }

  async send(message, options) {
    const { data } = await this.chat.sendMessage(message, options);
    return data.message;
  }

  say(to, text, options) {
    return this.send(this.text(to, text, options));
  }

  // history pages through a conversation and returns its messages, oldest first.
  async history(conversationID, pages = 1) {
    let messages = [];
    let nextReqMessageID;
    for (let page = 0; page < pages; page++) {
      const { data } = await this.chat.getMessageList({ conversationID, nextReqMessageID });
      messages = [...data.messageList, ...messages];
      nextReqMessageID = data.nextReqMessageID;
      if (data.isCompleted) break;
    }
    return messages;
  }
}

function brief(data) {
  const seen = new WeakSet();
  const text = JSON.stringify(data, (key, value) => {
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) return undefined;
      seen.add(value);
    }
    return value;
  });
  return (text ?? '').slice(0, 300);
}
