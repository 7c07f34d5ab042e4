package core

// cleared is up to where a group's history is hidden from its members; since is the newest
// sequence when a member came. An extension belongs to a group message by its id, to a C2C
// message by minus its id; extended counts their changes. A folder is a user's own group of
// conversations; a contact is what a user noted about one of them.
const schemaExtras = `
ALTER TABLE grp ADD COLUMN hides_past INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grp ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
CREATE TABLE extended (message INTEGER PRIMARY KEY, latest INTEGER NOT NULL, cleared INTEGER NOT NULL);
CREATE TABLE extension (
  message INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (message, key)
) WITHOUT ROWID;
CREATE TABLE folder (uid INTEGER NOT NULL, num INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (uid, num)) WITHOUT ROWID;
CREATE TABLE contact (
  uid INTEGER NOT NULL, peer TEXT NOT NULL, grp TEXT NOT NULL, marks INTEGER NOT NULL, custom TEXT NOT NULL,
  folders TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (uid, peer, grp)
) WITHOUT ROWID;
`

// What a user keeps of others, friends and the like, is one row: it is little, and mostly read together.
const schemaRelations = `CREATE TABLE relation (uid INTEGER PRIMARY KEY, data TEXT NOT NULL);`

// write runs SQL that is too rare to be prepared for good.
func (t *txn) write(text string, args ...any) error {
	stmt, err := t.reading(text)
	if err != nil {
		return err
	}
	t.wrote = true
	_, err = stmt.Exec(args...)
	return err
}
