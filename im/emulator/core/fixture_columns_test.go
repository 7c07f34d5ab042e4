package core

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFixturesKnowEveryColumn makes who adds a column decide whether fixtures carry it.
func TestFixturesKnowEveryColumn(t *testing.T) {
	s, err := openStore(Memory)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.close()) }()
	rows, err := s.write.Query(`SELECT m.name, group_concat(c.name, ' ') FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' GROUP BY m.name`)
	require.NoError(t, err)
	columns := map[string]string{}
	require.NoError(t, eachRow(rows, func(row scanner) error {
		var table, names string
		err := row.Scan(&table, &names)
		columns[table] = names
		return err
	}))
	for _, left := range []string{"purge"} { // what is about to be removed
		require.Contains(t, columns, left)
		delete(columns, left)
	}
	require.Equal(t, map[string]string{
		"account": "uid id nick face profile valid_after",
		"grp": "num id type name introduction notification face owner created info_seq info_time max_members apply_join invite_join " +
			"mute_all custom last first last_time preview hides_past cleared",
		"member":      "row grp uid role card joined read flag mute_until custom hidden pinned cleared since",
		"message":     "id sender random time client_time client_seq priority flags version uncounted body cloud extra",
		"receipt":     "id uid",
		"erased":      "id uid",
		"attribute":   "grp key value seq",
		"counter":     "grp key value",
		"pair":        "num a b last_time preview",
		"dialog":      "pair uid read_id read_time hidden pinned cleared flag",
		"application": "key grp uid remark auth time inviter",
		"invitation":  "uid grp inviter key auth",
		"notice":      "id time data",
		"queued":      "uid id",
		"media":       "key kind num",
		"extended":    "message latest cleared",
		"extension":   "message key value seq",
		"folder":      "uid num name",
		"contact":     "uid peer grp marks custom folders time",
		"relation":    "uid data",
		"silence":     "uid c2c grp",
		"status":      "uid text",
		"watch":       "who whom",
		"banned":      "grp uid until",
		"c2c":         "id pair sender seq random time client_time flags version uncounted origin body cloud extra", // origin is a device
	}, columns)
	flags := 0
	for _, flag := range []int{flagTip, flagNeedReceipt, flagNoUnread, flagNoLast, flagRecalled, flagPeerRead, flagNoSync, flagExtensible} {
		flags |= flag
	}
	names, err := flagNames(flags)
	require.NoError(t, err)
	require.Equal(t, strings.Join(fixtureFlags, " "), strings.Join(names, " "))
}
