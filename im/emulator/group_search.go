package emulator

import (
	"slices"
	"strconv"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// maxSearchPage bounds a page of found groups; the Web SDK asks for 20.
const maxSearchPage = 100

// searchGroups looks for words in the names and ids of groups, as the cloud's paid search does. Work groups are found by
// their members alone. Which fields and groups the cloud looks at is not confirmed.
func (r *request) searchGroups(body wire.GroupSearchRequest) (any, error) {
	if r.core().Plan().NoReceipts {
		return wire.GroupSearchReply{Result: wire.OK(), Code: wire.CodePackage, Message: "this edition has no search"}, nil
	}
	found := slices.DeleteFunc(r.core().Groups(), func(g core.Group) bool { return !r.finds(body, g) })
	start, _ := strconv.Atoi(body.Cursor)
	limit := min(max(body.Count, 1), maxSearchPage)
	page := restPage(found, start, limit)
	reply := wire.GroupSearchReply{Result: wire.OK(), TotalCount: len(found)}
	for _, g := range page {
		reply.GroupList = append(reply.GroupList, wireGroup(g))
	}
	if end := start + len(page); end < len(found) {
		reply.Cursor = strconv.Itoa(end)
	}
	return reply, nil
}

// finds says whether one of the words, or every one of them, is in a group that the user may find.
func (r *request) finds(body wire.GroupSearchRequest, g core.Group) bool {
	hits := 0
	for _, word := range body.Keywords {
		word = strings.ToLower(word)
		if strings.Contains(strings.ToLower(g.Name), word) || strings.Contains(strings.ToLower(g.ID), word) {
			hits++
		}
	}
	if hits == 0 || body.KeywordMatchType == wire.MatchAllWords && hits < len(body.Keywords) {
		return false
	}
	if g.Type != core.Private {
		return true
	}
	_, err := r.core().Member(g.ID, r.user.ID)
	return err == nil
}
