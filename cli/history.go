package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

func (a *app) historyCommand() *cobra.Command {
	var limit int
	var before int64
	command := &cobra.Command{
		Use: "history GROUP", Short: a.words.historyShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if limit < 1 {
				return usagef(a.pick("--limit %d：至少一条消息", "--limit %d: at least one message"), limit)
			}
			return a.history(command.Context(), im.HistoryRequest{Conversation: conversationOf(arguments[0]), Before: before}, limit)
		},
	}
	command.Flags().IntVar(&limit, "limit", 20, a.words.flagLimit)
	command.Flags().Int64Var(&before, "before", 0, a.words.flagBefore)
	return command
}

// history prints the newest messages up to a sequence, oldest first. It reads nothing.
func (a *app) history(ctx context.Context, request im.HistoryRequest, limit int) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		var messages []*model.Message
		for len(messages) < limit {
			request.Limit = min(limit-len(messages), live.client.Capabilities().HistoryPage)
			page, err := live.client.History(ctx, request)
			if err != nil {
				return err
			}
			messages = slices.Concat(page.Messages, messages)
			if page.Complete {
				break
			}
			request.Before, request.Cursor = page.Next, page.Cursor
		}
		for _, message := range messages {
			fact := session.Fact{Kind: session.FactMessage, At: message.Time(), Conversation: message.Conversation, Message: message}
			if err := a.printFact(live.View(), fact); err != nil {
				return err
			}
		}
		return nil
	})
}

// member is one line of `reddot members --json`.
type member struct {
	User        string            `json:"user"`
	Name        string            `json:"name"`
	Role        string            `json:"role"`
	ServiceRole string            `json:"serviceRole"`
	Joined      int64             `json:"joined"`
	MutedUntil  int64             `json:"mutedUntil,omitempty"`
	Read        int64             `json:"read,omitempty"`
	Custom      map[string]string `json:"custom,omitempty"`
}

func (a *app) membersCommand() *cobra.Command {
	return &cobra.Command{
		Use: "members GROUP", Short: a.words.membersShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.members(command.Context(), conversationOf(arguments[0]))
		},
	}
}

// memberPage is how many members one request asks for.
const memberPage = 100

func (a *app) members(ctx context.Context, conversation model.ConversationID) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		for offset := 0; ; {
			page, err := live.client.Members(ctx, conversation.Target(), offset, memberPage)
			if err != nil {
				return err
			}
			if err := a.printMembers(page.Members); err != nil {
				return err
			}
			if offset = page.Next; offset == 0 {
				return nil
			}
		}
	})
}

func (a *app) printMembers(members []model.Member) error {
	if a.flags.json {
		rows := make([]member, len(members))
		for i, m := range members {
			rows[i] = member{
				User: m.User, Name: m.DisplayName(), Role: roleName(m.BusinessRole()), ServiceRole: string(m.Role),
				Joined: m.JoinedAt, MutedUntil: m.MutedUntil, Read: m.Read, Custom: m.Custom,
			}
		}
		return writeJSON(a.out, rows...)
	}
	var measure text.Measure
	for _, m := range members {
		_, err := fmt.Fprintf(a.out, "%s  %s  %s  %s\n", a.words.roles[m.BusinessRole()],
			measure.PadRight(text.Clean(m.DisplayName()), 20), time.Unix(m.JoinedAt, 0).Format(time.DateOnly), text.Clean(m.User))
		if err != nil {
			return err
		}
	}
	return nil
}
