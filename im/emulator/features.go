package emulator

import (
	"strconv"

	"reddot/im/emulator/core"
)

// Features that the Web SDK and Tencent's chat UI kits offer only to who has paid for them, by their bits in PurchaseBits
// of the login reply, as far as this server can do them.
const (
	featureDirected    = 1 << 4 // group messages to named members
	featureReceipts    = 1 << 5 // read receipts; the SDK itself does not ask, the UI kits do
	featureLiveMembers = 1 << 6 // the members of a live room
	featureStatus      = 1 << 7 // the status of other users
	featureLiveBan     = 1 << 11
	featureMarks       = 1 << 9  // marks of conversations
	featureFolders     = 1 << 10 // groups of conversations
	featureExtensions  = 1 << 13 // extensions of messages
	featureCounters    = 1 << 15
)

// purchaseBits has the features of a plan, lowest bit last.
func purchaseBits(plan core.Plan) string {
	bits := uint64(featureDirected | featureReceipts | featureLiveMembers | featureStatus | featureLiveBan | featureMarks | featureFolders |
		featureExtensions | featureCounters)
	if plan.NoReceipts {
		bits &^= featureDirected | featureReceipts | featureMarks | featureFolders | featureExtensions | featureCounters
	}
	return strconv.FormatUint(bits, 2)
}
