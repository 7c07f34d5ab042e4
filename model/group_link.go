package model

import (
	"net/url"
	"strings"
)

// GroupLinkPrefix begins the links that we give out for a group.
const GroupLinkPrefix = "reddot://group/"

// linkParameters are the names under which web pages carry a group's id in an address.
var linkParameters = []string{"groupid", "groupID", "groupId", "GroupId", "group", "conversationID", "id"}

// GroupIDIn returns the group id that a text holds: the end of a link of ours, a part of a web address, or the text
// itself if it may be one; "" if it is only a name.
func GroupIDIn(text string) string {
	text = strings.TrimSpace(text)
	if link, ok := strings.CutPrefix(text, GroupLinkPrefix); ok {
		return unescaped(link)
	}
	if address, err := url.Parse(text); err == nil && address.Host != "" {
		return idInAddress(address, text)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) || len(text) > GroupIDBytes {
		return ""
	}
	return text
}

// idInAddress looks into the question of an address, then into its path. An id of the service holds a "#", which
// makes its end look like the address's fragment.
func idInAddress(address *url.URL, text string) string {
	for _, name := range linkParameters {
		if id := address.Query().Get(name); id != "" {
			return strings.TrimPrefix(id, groupPrefix)
		}
	}
	if _, rest, ok := strings.Cut(text, ServiceIDPrefix); ok {
		end := strings.IndexAny(rest, "?&/")
		if end < 0 {
			end = len(rest)
		}
		return unescaped(ServiceIDPrefix + rest[:end])
	}
	path := strings.TrimRight(address.EscapedPath(), "/")
	return unescaped(path[strings.LastIndexByte(path, '/')+1:])
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
