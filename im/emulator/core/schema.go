package core

// schemaVersion is kept in PRAGMA user_version. A file with a higher one is refused.
const schemaVersion = 8

// applicationID marks the file as ours (PRAGMA application_id).
const applicationID = 0x52644474

// migrations[v] brings a database of version v to the next one; a new database has version 0.
var migrations = [schemaVersion]string{schemaFirst, schemaQueue, schemaViews, schemaExtras, schemaRelations, schemaSilence, schemaInvitation, schemaStatus}

// A group message's id is group<<32 | sequence, so that a group's history is one range of
// the primary key. uncounted is 1 for what is nobody's unread message (recalled or sent
// with NoUnread); the partial indexes hold exactly what unread counts need.
const schemaFirst = `
CREATE TABLE account (
  uid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, nick TEXT NOT NULL, face TEXT NOT NULL,
  profile TEXT NOT NULL, valid_after INTEGER NOT NULL
);
CREATE TABLE grp (
  num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, name TEXT NOT NULL,
  introduction TEXT NOT NULL, notification TEXT NOT NULL, face TEXT NOT NULL, owner INTEGER NOT NULL,
  created INTEGER NOT NULL, info_seq INTEGER NOT NULL, info_time INTEGER NOT NULL, max_members INTEGER NOT NULL,
  apply_join TEXT NOT NULL, invite_join TEXT NOT NULL, mute_all INTEGER NOT NULL, custom TEXT NOT NULL,
  last INTEGER NOT NULL, first INTEGER NOT NULL, last_time INTEGER NOT NULL, preview INTEGER NOT NULL
);
CREATE TABLE member (
  row INTEGER PRIMARY KEY, grp INTEGER NOT NULL, uid INTEGER NOT NULL, role TEXT NOT NULL, card TEXT NOT NULL,
  joined INTEGER NOT NULL, read INTEGER NOT NULL, flag TEXT NOT NULL, mute_until INTEGER NOT NULL,
  custom TEXT NOT NULL, hidden INTEGER NOT NULL, pinned INTEGER NOT NULL
);
CREATE TABLE message (
  id INTEGER PRIMARY KEY, sender INTEGER NOT NULL, random INTEGER NOT NULL, time INTEGER NOT NULL,
  client_time INTEGER NOT NULL, client_seq INTEGER NOT NULL, priority INTEGER NOT NULL, flags INTEGER NOT NULL,
  version INTEGER NOT NULL, uncounted INTEGER NOT NULL, body BLOB NOT NULL, cloud TEXT NOT NULL, extra TEXT NOT NULL
);
CREATE INDEX message_own ON message (sender, id) WHERE uncounted = 0;
CREATE INDEX message_uncounted ON message (id) WHERE uncounted = 1;
CREATE TABLE receipt (id INTEGER NOT NULL, uid INTEGER NOT NULL, PRIMARY KEY (id, uid)) WITHOUT ROWID;
CREATE TABLE pair (
  num INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, last_time INTEGER NOT NULL,
  preview INTEGER NOT NULL
);
CREATE TABLE dialog (
  pair INTEGER NOT NULL, uid INTEGER NOT NULL, read_id INTEGER NOT NULL, read_time INTEGER NOT NULL,
  hidden INTEGER NOT NULL, pinned INTEGER NOT NULL, PRIMARY KEY (pair, uid)
) WITHOUT ROWID;
CREATE TABLE c2c (
  id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, sender INTEGER NOT NULL, seq INTEGER NOT NULL,
  random INTEGER NOT NULL, time INTEGER NOT NULL, client_time INTEGER NOT NULL, flags INTEGER NOT NULL,
  version INTEGER NOT NULL, uncounted INTEGER NOT NULL, origin INTEGER NOT NULL,
  body BLOB NOT NULL, cloud TEXT NOT NULL, extra TEXT NOT NULL
);
CREATE INDEX c2c_pair ON c2c (pair, time, id);
CREATE INDEX c2c_counted ON c2c (pair, sender, id) WHERE uncounted = 0;
CREATE TABLE application (
  key INTEGER PRIMARY KEY, grp INTEGER NOT NULL, uid INTEGER NOT NULL, remark TEXT NOT NULL, auth TEXT NOT NULL,
  time INTEGER NOT NULL
);
CREATE TABLE purge (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);
`

// An application with an inviter is that of somebody who was invited and whom an admin has
// to admit.
const schemaQueue = `
ALTER TABLE application ADD COLUMN inviter INTEGER NOT NULL DEFAULT 0;
CREATE TABLE queued (id INTEGER PRIMARY KEY, uid INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX queued_uid ON queued (uid, id);
`

// What waits for several users is stored once. erased holds the messages that users deleted
// for themselves, those of two by their negative id; cleared is up to where a whole history
// is. media says who uploaded a file and in which conversations it was posted.
const schemaViews = `
ALTER TABLE queued RENAME TO queued_before;
DROP INDEX queued_uid;
CREATE TABLE notice (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, data TEXT NOT NULL);
CREATE TABLE queued (uid INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (uid, id)) WITHOUT ROWID;
INSERT INTO notice SELECT id, unixepoch(), data FROM queued_before;
INSERT INTO queued SELECT uid, id FROM queued_before;
DROP TABLE queued_before;
CREATE TABLE erased (id INTEGER NOT NULL, uid INTEGER NOT NULL, PRIMARY KEY (id, uid)) WITHOUT ROWID;
ALTER TABLE member ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dialog ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dialog ADD COLUMN flag TEXT NOT NULL DEFAULT '';
CREATE TABLE attribute (grp INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (grp, key)) WITHOUT ROWID;
CREATE TABLE counter (grp INTEGER NOT NULL, key TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (grp, key)) WITHOUT ROWID;
CREATE TABLE media (key TEXT NOT NULL, kind TEXT NOT NULL, num INTEGER NOT NULL, PRIMARY KEY (key, kind, num)) WITHOUT ROWID;
CREATE INDEX media_place ON media (kind, num);
`

// statement names one prepared statement of the writer.
type statement int

const (
	insertAccount statement = iota
	updateAccount
	retireAccount
	insertGroup
	updateGroup
	updateOwner
	updateHead
	deleteGroup
	insertMember
	updateMember
	updateRead
	updateJoined
	deleteMember
	deleteMembers
	insertMessage
	updateMessage
	insertReceipt
	insertPair
	updatePair
	touchPair
	upsertDialog
	hideDialog
	insertC2C
	updateC2C
	insertApplication
	dropApplication
	closeApplication
	clearApplications
	insertNotice
	insertQueued
	trimQueued
	deleteQueued
	expireQueued
	expireNotices
	insertMedia
	deleteMedia
	insertErased
	deleteErased
	purgeErased
	updateMemberCleared
	upsertCleared
	upsertC2CFlag
	insertPurge
	updatePurge
	deletePurge
	deleteMessages
	deleteReceipts
	statements // how many there are
)

var statementSQL = [statements]string{
	insertAccount:       `INSERT INTO account VALUES (?,?,?,?,?,?)`,
	updateAccount:       `UPDATE account SET nick=?, face=?, profile=?, valid_after=? WHERE uid=?`,
	retireAccount:       `UPDATE account SET id=?, valid_after=? WHERE uid=?`,
	insertGroup:         `INSERT INTO grp VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
	updateGroup:         `UPDATE grp SET name=?, introduction=?, notification=?, face=?, owner=?, info_seq=?, info_time=?, max_members=?, apply_join=?, invite_join=?, mute_all=?, custom=?, hides_past=? WHERE num=?`,
	updateOwner:         `UPDATE grp SET owner=? WHERE num=?`,
	updateHead:          `UPDATE grp SET last=?, first=?, last_time=?, preview=? WHERE num=?`,
	deleteGroup:         `DELETE FROM grp WHERE num=?`,
	insertMember:        `INSERT INTO member (row, grp, uid, role, card, joined, read, flag, mute_until, custom, hidden, pinned, since) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
	updateMember:        `UPDATE member SET role=?, card=?, read=?, flag=?, mute_until=?, custom=?, hidden=?, pinned=? WHERE row=?`,
	updateRead:          `UPDATE member SET read=? WHERE row=?`,
	updateJoined:        `UPDATE member SET joined=? WHERE row=?`,
	deleteMember:        `DELETE FROM member WHERE row=?`,
	deleteMembers:       `DELETE FROM member WHERE grp=?`,
	insertMessage:       `INSERT INTO message VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
	updateMessage:       `UPDATE message SET flags=?, version=?, uncounted=?, body=?, cloud=?, extra=? WHERE id=?`,
	insertReceipt:       `INSERT OR IGNORE INTO receipt VALUES (?,?)`,
	insertPair:          `INSERT INTO pair VALUES (?,?,?,?,?)`,
	updatePair:          `UPDATE pair SET last_time=?, preview=? WHERE num=?`,
	upsertDialog:        `INSERT INTO dialog (pair, uid, read_id, read_time, hidden, pinned) VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET read_id=excluded.read_id, read_time=excluded.read_time, hidden=excluded.hidden, pinned=excluded.pinned`,
	touchPair:           `UPDATE pair SET last_time=? WHERE num=?`,
	hideDialog:          `INSERT INTO dialog (pair, uid, read_id, read_time, hidden, pinned) VALUES (?,?,?,?,?,0) ON CONFLICT DO UPDATE SET hidden=excluded.hidden, pinned=0`,
	insertC2C:           `INSERT INTO c2c VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
	updateC2C:           `UPDATE c2c SET flags=?, version=?, uncounted=?, body=?, cloud=?, extra=? WHERE id=?`,
	insertApplication:   `INSERT INTO application VALUES (?,?,?,?,?,?,?)`,
	dropApplication:     `DELETE FROM application WHERE grp=? AND uid=? AND inviter=?`,
	closeApplication:    `DELETE FROM application WHERE grp=? AND uid=? AND inviter=? AND auth=? AND (key=? OR ?=0)`,
	clearApplications:   `DELETE FROM application WHERE grp=?`,
	insertNotice:        `INSERT INTO notice VALUES (?,?,?)`,
	insertQueued:        `INSERT INTO queued VALUES (?,?)`,
	trimQueued:          `DELETE FROM queued WHERE uid=? AND id <= (SELECT id FROM queued WHERE uid=? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
	deleteQueued:        `DELETE FROM queued WHERE uid=? AND id=?`,
	expireQueued:        `DELETE FROM queued WHERE id < ?`,
	expireNotices:       `DELETE FROM notice WHERE id < ?`,
	insertMedia:         `INSERT OR IGNORE INTO media VALUES (?,?,?)`,
	deleteMedia:         `DELETE FROM media WHERE kind=? AND num=?`,
	insertErased:        `INSERT OR IGNORE INTO erased VALUES (?,?)`,
	deleteErased:        `DELETE FROM erased WHERE id BETWEEN ? AND ? AND uid=?`,
	purgeErased:         `DELETE FROM erased WHERE id BETWEEN ? AND ?`,
	updateMemberCleared: `UPDATE member SET cleared=? WHERE row=?`,
	upsertCleared:       `INSERT INTO dialog (pair, uid, read_id, read_time, hidden, pinned, cleared) VALUES (?,?,?,?,0,0,?) ON CONFLICT DO UPDATE SET cleared=excluded.cleared`,
	upsertC2CFlag:       `INSERT INTO dialog (pair, uid, read_id, read_time, hidden, pinned, flag) VALUES (?,?,0,0,0,0,?) ON CONFLICT DO UPDATE SET flag=excluded.flag`,
	insertPurge:         `INSERT OR REPLACE INTO purge VALUES (?,?)`,
	updatePurge:         `UPDATE purge SET first=? WHERE first=?`,
	deletePurge:         `DELETE FROM purge WHERE first=?`,
	deleteMessages:      `DELETE FROM message WHERE id BETWEEN ? AND ?`,
	deleteReceipts:      `DELETE FROM receipt WHERE id BETWEEN ? AND ?`,
}
