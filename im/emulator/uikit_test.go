package emulator

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tests of what Tencent's chat UI kits need beyond the SDK they are built on, found by running them.

// The UI kits show receipts, and ask for them, only with bit 5 of PurchaseBits.
func TestPurchaseBitsFollowTheEdition(t *testing.T) {
	const directed, receipts, liveMembers = 1 << 4, 1 << 5, 1 << 6
	tests := map[Edition]uint64{"": directed | receipts | liveMembers, EditionUltimate: directed | receipts | liveMembers, EditionTrial: liveMembers}
	for edition, want := range tests {
		t.Run(string(edition), func(t *testing.T) {
			w := newWorld(t, func(o *Options) { o.Edition = edition })
			d := w.dial(7)
			text := d.ask("im_open_status.wslogin", `{"State":"Online"}`, `"identifier":"alice","usersig":"`+signed(t, restKey, restApp, "alice")+`",`)["PurchaseBits"]
			bits, err := strconv.ParseUint(text.(string), 2, 64)
			require.NoError(t, err)
			require.Equal(t, want, bits&(directed|receipts|liveMembers))
		})
	}
}

// A conversation shows who wrote last, and what the user calls that friend. @tencentcloud/lite-chat, under the newer UI kits, spells the field of C2C rows in
// another way than @tencentcloud/chat.
func TestPreviewNamesItsAuthorInBothSpellings(t *testing.T) {
	w := newWorld(t, nil)
	w.ok("im_open_login_svc/account_import", `{"UserID":"bob"}`)
	alice := w.login("alice", 7)
	sent := w.ok("openim/sendmsg", `{"From_Account":"bob","To_Account":"alice","MsgRandom":7,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
	row := func() map[string]any {
		return alice.good("recentcontact.page_get", `{}`)["SessionItem"].([]any)[0].(map[string]any)
	}
	require.Equal(t, "bob", row()["LastC2CMsgFrom_Account"])
	require.Equal(t, "bob", row()["LastC2cMsgFrom_Account"])

	w.ok("sns/friend_add", `{"From_Account":"alice","AddFriendItem":[{"To_Account":"bob","Remark":"Bobby"}]}`)
	require.Equal(t, "Bobby", row()["C2cRemark"])

	w.ok("openim/admin_msgwithdraw", `{"From_Account":"bob","To_Account":"alice","MsgKey":"`+sent["MsgKey"].(string)+`"}`)
	require.EqualValues(t, 8, row()["LastMsgFlags"])
	require.Contains(t, row()["LastMsg"].(map[string]any)["RevokerInfo"], "Revoker_Account")
}
