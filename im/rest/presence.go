package rest

import (
	"context"
	"strings"

	"reddot/im/wire"
)

// Presence is where a user is logged in.
type Presence struct {
	User string
	// Online are the platforms that hold a connection, by the service's names ("Web", "iPhone"). Waiting are those whose
	// program is asleep and is reached by push alone.
	Online, Waiting []string
}

// maxPresence is the most users that the service tells of at once (rest-api, section 5.4).
const maxPresence = 500

// Presence returns where users are logged in; those that the service does not know are missing. It can be asked before
// Connect, and of at most 500 users.
func (c *Client) Presence(ctx context.Context, users []string) ([]Presence, error) {
	request := wire.OnlineStatusRequest{ToAccount: users[:min(len(users), maxPresence)], IsNeedDetail: 1}
	var answer wire.OnlineStatusReply
	if err := c.call(ctx, c.texts.Doing("查询在线状态", "ask who is online:", strings.Join(users, ", ")), wire.CmdOnlineStatus, request, &answer); err != nil {
		return nil, err
	}
	known := make([]Presence, 0, len(answer.QueryResult))
	for _, status := range answer.QueryResult {
		known = append(known, presenceOf(status))
	}
	return known, nil
}

func presenceOf(status wire.OnlineStatus) Presence {
	p := Presence{User: status.ToAccount}
	for _, detail := range status.Detail {
		switch detail.Status {
		case wire.StatusOnline:
			p.Online = append(p.Online, detail.Platform)
		case wire.StatusPushOnline:
			p.Waiting = append(p.Waiting, detail.Platform)
		}
	}
	return p
}
