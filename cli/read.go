package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

func (a *app) readCommand() *cobra.Command {
	return &cobra.Command{
		Use: "read GROUP", Short: a.words.readShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.read(command.Context(), conversationOf(arguments[0]))
		},
	}
}

// read returns when everything that the adapter can do is accepted.
func (a *app) read(ctx context.Context, conversation model.ConversationID) error {
	return a.withBadges(ctx, func(ctx context.Context, live *live) error {
		if live.View().ByID[conversation] == nil {
			return live.noSuchConversation(conversation)
		}
		report, err := live.ReadAndWait(ctx, conversation)
		if err != nil {
			return err
		}
		if a.flags.json {
			return writeJSON(a.out, reportOf(report))
		}
		_, err = fmt.Fprintf(a.out, "%s #%d %s\n", text.Clean(string(report.Conversation)), report.Position, a.words.read)
		return err
	})
}

// readReport is what `reddot read --json` prints.
type readReport struct {
	Conv        string   `json:"conv"`
	Seq         int64    `json:"seq"`
	MarkRead    bool     `json:"markRead"`
	Receipts    int      `json:"receipts"`
	Note        bool     `json:"note"`
	Unsupported []string `json:"unsupported"`
}

func reportOf(report session.ReadReport) readReport {
	return readReport{
		Conv: string(report.Conversation), Seq: report.Position, MarkRead: report.MarkRead,
		Receipts: report.Receipts, Note: report.Note, Unsupported: append([]string{}, report.Unsupported...),
	}
}

// noSuchConversation is what the service would say of a group that the account is not in.
func (l *live) noSuchConversation(conversation model.ConversationID) error {
	return &im.Error{
		Doing: l.texts.Doing("查找", "find", strings.TrimPrefix(string(conversation), "GROUP")), Code: wire.CodeNoGroup, Class: im.ClassRefused,
		Cause:  l.texts.Pick("没有这个会话，或账号不在其中", "there is no such conversation, or the account is not in it"),
		Remedy: l.texts.Pick("用 reddot groups 列出", "reddot groups lists them"),
	}
}
