package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// group is one line of `reddot groups --json`.
type group struct {
	Group       string `json:"group"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Unread      int    `json:"unread"`
	LastSeq     int64  `json:"lastSeq"`
	ReadSeq     int64  `json:"readSeq"`
	Members     int    `json:"members"`
	Role        string `json:"role,omitempty"`
	ServiceRole string `json:"serviceRole"`
}

func (a *app) groupsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "groups", Short: a.words.groupsShort, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return a.groups(command.Context()) },
	}
}

// groups prints what stands once everything missed while away is in, notes included. It reads nothing.
func (a *app) groups(ctx context.Context) error {
	return a.withBadges(ctx, func(ctx context.Context, live *live) error {
		var rows []group
		for _, conversation := range live.View().Conversations {
			if conversation.Group != nil {
				rows = append(rows, groupOf(conversation))
			}
		}
		slices.SortStableFunc(rows, func(x, y group) int {
			return cmp.Or(cmp.Compare(y.Unread, x.Unread), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Group, y.Group))
		})
		if a.flags.json {
			return writeJSON(a.out, rows...)
		}
		return a.printGroups(rows)
	})
}

// groupOf leaves the role out where it is not known yet.
func groupOf(conversation *session.Conversation) group {
	row := group{
		Group: conversation.Group.ID, Name: conversation.Name, Type: string(conversation.Group.Type),
		Unread: conversation.Unread, LastSeq: conversation.LastSequence, ReadSeq: conversation.Read,
		Members: conversation.Group.Members, ServiceRole: string(conversation.Group.SelfRole),
	}
	if conversation.RoleKnown {
		row.Role = roleName(conversation.Role)
	}
	return row
}

func (a *app) printGroups(rows []group) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.err, a.words.noGroups)
		return err
	}
	var measure text.Measure
	widest := 0
	for _, row := range rows {
		widest = max(widest, measure.Width(text.Clean(row.Name)))
	}
	for _, row := range rows {
		name := measure.PadRight(text.Clean(row.Name), widest)
		if _, err := fmt.Fprintf(a.out, "%4s  %s  %-10s %5d %s  %s\n", badge(row.Unread), name, text.Clean(row.Type), row.Members, a.words.members, text.Clean(row.Group)); err != nil {
			return err
		}
	}
	return nil
}

// badge is how a red dot is written: nothing, a count, 99+.
func badge(unread int) string {
	switch {
	case unread <= 0:
		return ""
	case unread > 99:
		return "99+"
	default:
		return fmt.Sprint(unread)
	}
}

// roleName is a role as --json prints it; who has none is a customer.
func roleName(role model.Role) string { return max(role, model.RoleCustomer).String() }
