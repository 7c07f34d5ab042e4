package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
	"reddot/ui/text"
)

// groupInfo is what `reddot group info --json` and search print.
type groupInfo struct {
	Group      string `json:"group"`
	Exists     bool   `json:"exists"`
	Member     bool   `json:"member"`
	Name       string `json:"name"`
	Type       string `json:"type"`
	Role       string `json:"serviceRole"`
	Owner      string `json:"owner"`
	Intro      string `json:"intro"`
	Notice     string `json:"notice"`
	Members    int    `json:"members"`
	MaxMembers int    `json:"maxMembers"`
	Join       string `json:"join,omitempty"`
	Invite     string `json:"invite,omitempty"`
	AllMuted   bool   `json:"allMuted"`
	Created    int64  `json:"created"`
	Link       string `json:"link"`
}

func infoOf(g *model.Group) groupInfo {
	return groupInfo{
		Group: g.ID, Exists: true, Member: isMember(g), Name: g.Name, Type: string(g.Type), Role: string(g.SelfRole), Owner: g.Owner,
		Intro: g.Introduction, Notice: g.Notification, Members: g.Members, MaxMembers: g.MaxMembers,
		Join: string(g.Join), Invite: string(g.Invite), AllMuted: g.AllMuted, Created: g.CreatedAt, Link: model.GroupLinkPrefix + g.ID,
	}
}

func isMember(g *model.Group) bool { return g.SelfRole != "" && g.SelfRole != model.NotMember }

func (a *app) groupInfoCommand() *cobra.Command {
	var mustBeMember bool
	command := &cobra.Command{
		Use: "info GROUP", Short: a.words.groupInfoShort, Long: a.words.groupInfoLong, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				return a.groupInfo(ctx, live, groupID, mustBeMember)
			})
		},
	}
	command.Flags().BoolVar(&mustBeMember, "member", false, a.words.flagMustBeMember)
	return command
}

// groupInfo tells about a group. That there is none is an answer with --json too, and an exit code.
func (a *app) groupInfo(ctx context.Context, live *live, groupID string, mustBeMember bool) error {
	group, err := live.findGroup(ctx, groupID)
	var service *im.Error
	if errors.As(err, &service) && service.Code == wire.CodeNoGroup && a.flags.json {
		return errors.Join(writeJSON(a.out, groupInfo{Group: groupID}), exit(exitFailed))
	}
	if err != nil {
		return err
	}
	if err := a.printInfo(group); err != nil {
		return err
	}
	if mustBeMember && !isMember(group) {
		return exit(exitFailed)
	}
	return nil
}

func (a *app) printInfo(g *model.Group) error {
	if a.flags.json {
		return writeJSON(a.out, infoOf(g))
	}
	role := a.words.notIn
	if isMember(g) {
		role = a.words.serviceRoles[g.SelfRole]
	}
	size := strconv.Itoa(g.Members)
	if g.MaxMembers > 0 {
		size += "/" + strconv.Itoa(g.MaxMembers)
	}
	rows := [][2]string{
		{a.words.labelName, g.Name},
		{a.words.labelID, g.ID},
		{a.words.labelType, string(g.Type)},
		{a.words.labelYou, role},
		{a.words.labelOwner, g.Owner},
		{a.words.labelMembers, size},
		{a.words.labelJoin, a.words.joinOptions[g.Join]},
		{a.words.labelIntro, g.Introduction},
		{a.words.labelNotice, g.Notification},
		{a.words.labelLink, model.GroupLinkPrefix + g.ID},
	}
	var measure text.Measure
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(a.out, "%s  %s\n", measure.PadRight(row[0], 8), text.Clean(row[1])); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) groupSearchCommand() *cobra.Command {
	var limit int
	command := &cobra.Command{
		Use: "search WORDS", Short: a.words.groupSearchShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if limit < 1 {
				return usagef(a.pick("--limit %d：至少一个群", "--limit %d: at least one group"), limit)
			}
			return a.with(command.Context(), func(ctx context.Context, live *live) error {
				found, err := live.SearchGroups(ctx, arguments[0], limit)
				if err != nil {
					return err
				}
				return a.printFound(found)
			})
		},
	}
	command.Flags().IntVar(&limit, "limit", 20, a.words.flagSearchLimit)
	return command
}

func (a *app) printFound(found []model.Group) error {
	if a.flags.json {
		rows := make([]groupInfo, len(found))
		for i := range found {
			rows[i] = infoOf(&found[i])
		}
		return writeJSON(a.out, rows...)
	}
	rows := make([]group, len(found))
	for i, g := range found {
		rows[i] = group{Group: g.ID, Name: g.Name, Type: string(g.Type), Members: g.Members}
	}
	return a.printGroups(rows)
}

// joined is what `reddot group join --json` prints.
type joined struct {
	Group string `json:"group"`
	State string `json:"state"`
}

func (a *app) groupJoinCommand() *cobra.Command {
	var message string
	command := &cobra.Command{
		Use: "join GROUP|LINK", Short: a.words.groupJoinShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				state, err := live.JoinGroup(ctx, groupID, message)
				if err != nil {
					return err
				}
				row, sentence := joined{groupID, "joined"}, a.words.joined
				if state == model.AwaitsApproval {
					row.State, sentence = "awaits_approval", a.words.awaitsApproval
				}
				if a.flags.json {
					return writeJSON(a.out, row)
				}
				_, err = fmt.Fprintln(a.out, sentence)
				return err
			})
		},
	}
	command.Flags().StringVar(&message, "message", "", a.words.flagJoinMessage)
	return command
}

// registered is one line of `reddot group list --registry --json`.
type registered struct {
	Group     string      `json:"group"`
	Name      string      `json:"name"`
	Type      string      `json:"type"`
	Owner     string      `json:"owner"`
	Created   int64       `json:"created"`
	Pending   bool        `json:"pending"`
	Delivered bool        `json:"delivered"`
	Problem   string      `json:"problem,omitempty"`
	Members   []addResult `json:"members"`
}

func (a *app) groupListCommand() *cobra.Command {
	var registry, asCSV, retry bool
	command := &cobra.Command{
		Use: "list", Short: a.words.groupListShort, Long: a.words.groupListLong, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			switch {
			case asCSV && !registry:
				return usagef("%s", a.pick("--csv 要和 --registry 一起用", "--csv goes with --registry"))
			case retry && !registry:
				return usagef("%s", a.pick("--retry 要和 --registry 一起用", "--retry goes with --registry"))
			case asCSV && a.flags.json:
				return usagef("%s", a.pick("--csv 和 --json 只能选一个", "--csv and --json: choose one"))
			case !registry:
				return a.groups(command.Context())
			}
			return a.registry(command.Context(), asCSV, retry)
		},
	}
	command.Flags().BoolVar(&registry, "registry", false, a.words.flagRegistry)
	command.Flags().BoolVar(&asCSV, "csv", false, a.words.flagCSV)
	command.Flags().BoolVar(&retry, "retry", false, a.words.flagRetryReports)
	return command
}

// registry prints the groups that were created from here; retry first tries at once what the backend has not taken note of.
func (a *app) registry(ctx context.Context, asCSV, retry bool) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		if retry {
			if err := live.groups.deliverAgain(ctx); err != nil {
				return err
			}
		}
		groups, err := live.Registry(ctx)
		if err != nil {
			return err
		}
		switch {
		case asCSV:
			return a.writeRegistry(groups)
		case a.flags.json:
			rows := make([]registered, len(groups))
			for i, g := range groups {
				rows[i] = registered{g.ID, g.Name, string(g.Type), g.Owner, g.CreatedAt, g.Pending, g.Delivered, g.Problem, addResults(g.Members)}
			}
			return writeJSON(a.out, rows...)
		}
		var measure text.Measure
		for _, g := range groups {
			_, err := fmt.Fprintf(a.out, "%s  %s  %-10s  %s  %s\n", time.Unix(g.CreatedAt, 0).Format(time.DateTime),
				measure.PadRight(text.Clean(g.Name), 20), g.Type, text.Clean(g.ID), a.registryState(g))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// registryState says how far a created group is known.
func (a *app) registryState(g model.RegisteredGroup) string {
	switch {
	case g.Pending:
		return a.words.registryPending
	case g.Problem != "":
		return text.Clean(g.Problem)
	case g.Delivered:
		return a.words.registryDelivered
	default:
		return ""
	}
}

// writeRegistry writes a table for spreadsheets.
func (a *app) writeRegistry(groups []model.RegisteredGroup) error {
	table := csv.NewWriter(a.out)
	if err := table.Write([]string{"group", "name", "type", "owner", "created", "pending", "delivered", "problem", "members"}); err != nil {
		return err
	}
	for _, g := range groups {
		added := 0
		for _, member := range g.Members {
			if member.Outcome == model.Added || member.Outcome == model.AlreadyMember {
				added++
			}
		}
		row := []string{
			g.ID, g.Name, string(g.Type), g.Owner, time.Unix(g.CreatedAt, 0).UTC().Format(time.RFC3339),
			strconv.FormatBool(g.Pending), strconv.FormatBool(g.Delivered), g.Problem, strconv.Itoa(added),
		}
		for i, cell := range row {
			row[i] = harmlessCell(cell)
		}
		if err := table.Write(row); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// harmlessCell is a text from others as a cell: without what a terminal would obey, and led by a quote where a spreadsheet
// would take it for a formula.
func harmlessCell(cell string) string {
	cell = text.Clean(cell)
	if cell != "" && (cell[0] == '=' || cell[0] == '+' || cell[0] == '-') {
		return "'" + cell
	}
	return cell
}
