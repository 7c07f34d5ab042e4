package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
	"reddot/ui/text"
)

// groupTypes are the types as they are typed; the names of the REST API are understood too.
var groupTypes = map[string]model.GroupType{
	"work": model.Work, "private": model.Work, "public": model.Public, "meeting": model.Meeting, "chatroom": model.Meeting,
	"avchatroom": model.AVChatRoom, "community": model.Community,
}

func (a *app) groupCommand() *cobra.Command {
	command := &cobra.Command{Use: "group", Short: a.words.groupShort, Args: cobra.NoArgs, RunE: func(command *cobra.Command, _ []string) error {
		return command.Help()
	}}
	command.AddCommand(
		a.groupCreateCommand(), a.groupListCommand(), a.groupInfoCommand(), a.groupSearchCommand(), a.groupJoinCommand(),
		a.groupInviteCommand(), a.groupRemoveCommand(), a.groupRoleCommand(), a.groupMuteCommand(), a.groupCardCommand(),
		a.groupEditCommand(), a.groupHandOverCommand(), a.groupQuitCommand(), a.groupDestroyCommand(),
		a.groupApplicationsCommand(), a.groupDecideCommand("approve", true), a.groupDecideCommand("refuse", false),
	)
	return command
}

// done is what a group command prints with --json when there is nothing more to tell.
type done struct {
	Group string   `json:"group"`
	Done  string   `json:"done"`
	Users []string `json:"users,omitempty"`
}

// printDone says that something was done to a group.
func (a *app) printDone(row done, sentence string) error {
	if a.flags.json {
		return writeJSON(a.out, row)
	}
	_, err := fmt.Fprintln(a.out, text.Clean(sentence))
	return err
}

// groupID reads a group as people write it: its id, a conversation id, or a link.
func (a *app) groupID(target string) (string, error) {
	if id := model.ConversationID(target); id.Kind() == model.KindC2C && strings.HasPrefix(target, "C2C") {
		return "", usagef(a.pick("%s 是和用户的单聊，不是群", "%s is a conversation with a user, not a group"), target)
	}
	id := model.GroupIDIn(target)
	if id == "" {
		return "", usagef(a.pick("%q 不是群 ID", "%q is no group id"), target)
	}
	if whole := model.ConversationID(id); whole.Kind() == model.KindGroup {
		id = whole.Target()
	}
	return id, nil
}

// onGroup logs in and runs a command on one group.
func (a *app) onGroup(command *cobra.Command, target string, work func(ctx context.Context, live *live, groupID string) error) error {
	id, err := a.groupID(target)
	if err != nil {
		return err
	}
	return a.with(command.Context(), func(ctx context.Context, live *live) error { return work(ctx, live, id) })
}

// findGroup returns a group, whether the user is in it or not.
func (l *live) findGroup(ctx context.Context, groupID string) (*model.Group, error) {
	found, err := l.FindGroups(ctx, []string{groupID})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &im.Error{
			Doing: l.texts.Doing("查找群", "find group", groupID), Code: wire.CodeNoGroup, Class: im.ClassRefused,
			Cause:  l.texts.Pick("没有这个群", "there is no such group"),
			Remedy: l.texts.Pick("用 reddot groups 列出你所在的群", "reddot groups lists those you are in"),
		}
	}
	return &found[0], nil
}

// addResult is what became of one person, as --json prints it.
type addResult struct {
	User    string `json:"user"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
}

func addResults(results []model.AddResult) []addResult {
	rows := make([]addResult, len(results))
	for i, result := range results {
		rows[i] = addResult{result.User, result.Outcome.String(), result.Reason}
	}
	return rows
}

// printOutcomes lists what became of each person.
func (a *app) printOutcomes(results []model.AddResult) error {
	for _, result := range results {
		line := fmt.Sprintf("  %s  %s", text.Clean(result.User), a.words.outcomes[result.Outcome])
		if result.Reason != "" {
			line += ": " + text.Clean(result.Reason)
		}
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

// parseMember reads ID[:key=value,...]. An id may hold a colon only if no "=" follows it.
func (a *app) parseMember(argument string) (model.NewMember, error) {
	user, fields, found := strings.Cut(argument, ":")
	if !found || !strings.Contains(fields, "=") {
		user, fields = argument, ""
	}
	if user == "" || len(user) > model.UserIDBytes {
		return model.NewMember{}, usagef(a.pick("--member %s：写成 ID 或 ID:key=value,...（ID 为 1 到 %d 字节）", "--member %s: write ID or ID:key=value,... (an id has 1 to %d bytes)"), argument, model.UserIDBytes)
	}
	member := model.NewMember{User: user}
	for pair := range strings.SplitSeq(fields, ",") {
		if pair == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return model.NewMember{}, usagef(a.pick("--member %s：%q 不是 key=value", "--member %s: %q is no key=value"), argument, pair)
		}
		if member.Custom == nil {
			member.Custom = map[string]string{}
		}
		member.Custom[key] = value
	}
	return member, nil
}

func (a *app) parseMembers(arguments []string) ([]model.NewMember, error) {
	members := make([]model.NewMember, 0, len(arguments))
	for _, argument := range arguments {
		member, err := a.parseMember(argument)
		if err != nil {
			return nil, err
		}
		members = append(members, member)
	}
	return members, nil
}

// usersOf are the arguments, or with --stdin one user a line.
func (a *app) usersOf(arguments []string, fromStdin bool) ([]string, error) {
	if fromStdin {
		lines, err := a.stdinLines()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, lines...)
	}
	if len(arguments) == 0 {
		return nil, usagef("%s", a.pick("至少写一个用户", "name at least one user"))
	}
	return arguments, nil
}
