package model

import "strings"

const (
	// ServiceIDPrefix begins the group ids that the service chooses (rest-api, section 2.0).
	ServiceIDPrefix = "@TGS#"
	// CommunityIDPrefix begins the ids of communities, chosen ones too.
	CommunityIDPrefix = ServiceIDPrefix + "_"
)

// IDFault is what is wrong with a group id that somebody chose.
type IDFault int

// The faults of an id. IDFits is none of them.
const (
	IDFits IDFault = iota
	IDTooLong
	// IDNotPrintable: something in it is no printable ASCII.
	IDNotPrintable
	// IDReserved: it begins like those that the service chooses.
	IDReserved
	// IDNotCommunity: it lacks the beginning that communities have.
	IDNotCommunity
)

// CheckGroupID says whether a group of the type may have the id (rest-api, section 2.0). No id lets the service choose.
func CheckGroupID(kind GroupType, id string) IDFault {
	switch {
	case id == "":
		return IDFits
	case len(id) > GroupIDBytes:
		return IDTooLong
	case strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }):
		return IDNotPrintable
	case kind == Community && !strings.HasPrefix(id, CommunityIDPrefix):
		return IDNotCommunity
	case kind != Community && strings.HasPrefix(id, ServiceIDPrefix):
		return IDReserved
	}
	return IDFits
}
