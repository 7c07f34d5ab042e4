package wire

import (
	"cmp"
	"maps"
	"slices"
)

// Codes that this project's own code returns or acts upon. [Lookup] explains these and many more.
const (
	CodeOK = 0

	CodeKickedHello = 1002 // in a wshello reply, with KickType
	CodeTimeout     = 2801

	CodeHTTP     = 60002
	CodeJSON     = 60003
	CodeBadAppID = 60006
	CodeAPIRate  = 60007
	CodeUnknown  = 60009 // unknown service or command
	CodeNotAdmin = 60010
	CodeNoAppID  = 60012
	CodePackage  = 60020

	CodeSigExpired    = 70001
	CodeSigEmpty      = 70002
	CodeSigInvalid    = 70003
	CodeSigMismatch   = 70009
	CodeSigIdentifier = 70013
	CodeSigAppID      = 70014
	CodeNoAccount     = 70107
	CodeAccountBatch  = 70206
	CodeAccountParam  = 70402

	CodeGroupInternal    = 10002
	CodeGroupCommand     = 10003
	CodeGroupParam       = 10004
	CodeGroupTooMany     = 10005
	CodeGroupPermission  = 10007
	CodeNoGroup          = 10010
	CodeAlreadyMember    = 10013
	CodeGroupFull        = 10014
	CodeBadGroupID       = 10015
	CodeMuted            = 10017
	CodeReplyTooLarge    = 10018
	CodeGroupNoAccount   = 10019
	CodeGroupIDTaken     = 10021
	CodeGroupRate        = 10023
	CodeGroupIDOwn       = 10025
	CodeRecallType       = 10033
	CodeNoRoaming        = 10044
	CodeTooManyMentions  = 10053
	CodeReceiptGroupSize = 10060
	CodeReceiptNone      = 10062

	CodeMsgRequest = 20001
	CodeMsgTicket  = 20002

	CodeContentTooLong = 80002

	CodeC2CJSON      = 90001
	CodeC2CTo        = 90003
	CodeC2CRandom    = 90005
	CodeC2CNotArray  = 90007
	CodeC2CFrom      = 90008
	CodeC2CElement   = 90010
	CodeC2CTooMany   = 90011
	CodeC2CNoAccount = 90012
	CodeC2CUnknown   = 90048
	CodeC2CInternal  = 91000
	CodeWebKicked    = 91101
	CodeC2CTooLong   = 93000

	CodeProfileParam     = 40001
	CodeProfileNoAccount = 40003
	CodeProfileTooLong   = 40601
	CodeProfileValue     = 40605

	CodeContactNoAccount = 50001
	CodeContactParam     = 50002
)

// Code explains an error code: what happened and what to do about it, in Chinese and in English.
type Code struct {
	Number   int
	Name     string // stable, for machines: lower case with underscores
	CauseZH  string
	RemedyZH string
	CauseEN  string
	RemedyEN string
}

// Lookup explains an error code. An unknown one is passed on with the service's own text; codes 120001 to 130000 are
// the application's own.
func Lookup(code int) (Code, bool) {
	c, ok := codes[code]
	if !ok && code >= 120001 && code <= 130000 {
		c = appCode
		c.Number = code
		return c, true
	}
	return c, ok
}

var appCode = Code{
	Name: "app_refused", CauseZH: "应用自己的回调拒绝了此操作", RemedyZH: "查看应用后台对该错误码的定义",
	CauseEN: "the application's own webhook refused this", RemedyEN: "see the application's definition of this code",
}

// codes is built once from the tables of the families.
var codes = indexCodes(generalCodes, accountCodes, groupCodes, messageCodes, profileCodes, clientCodes)

func indexCodes(tables ...[]Code) map[int]Code {
	index := map[int]Code{}
	for _, table := range tables {
		for _, code := range table {
			index[code.Number] = code
		}
	}
	return index
}

// Codes returns all codes that are explained, in the order of their numbers.
func Codes() []Code {
	return slices.SortedFunc(maps.Values(codes), func(a, b Code) int { return cmp.Compare(a.Number, b.Number) })
}
