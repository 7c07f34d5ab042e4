package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/model"
	"reddot/ui/text"
)

// invited is what `reddot group invite --json` prints.
type invited struct {
	Group   string      `json:"group"`
	Members []addResult `json:"members"`
}

func (a *app) groupInviteCommand() *cobra.Command {
	var fromStdin bool
	command := &cobra.Command{
		Use: "invite GROUP USER[:key=value,...]...", Short: a.words.groupInviteShort, Long: a.words.groupInviteLong, Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			users, err := a.usersOf(arguments[1:], fromStdin)
			if err != nil {
				return err
			}
			members, err := a.parseMembers(users)
			if err != nil {
				return err
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				return a.invite(ctx, live, groupID, members)
			})
		},
	}
	command.Flags().BoolVar(&fromStdin, "stdin", false, a.words.flagUsersStdin)
	return command
}

// invite adds people. Somebody who could not be added makes the command fail, after all were tried.
func (a *app) invite(ctx context.Context, live *live, groupID string, members []model.NewMember) error {
	results, err := live.AddMembers(ctx, groupID, members)
	if err != nil {
		return err
	}
	if a.flags.json {
		err = writeJSON(a.out, invited{groupID, addResults(results)})
	} else {
		err = a.printOutcomes(results)
	}
	if err != nil {
		return err
	}
	for _, result := range results {
		if result.Outcome.Failed() {
			return exit(exitFailed)
		}
	}
	return nil
}

func (a *app) groupRemoveCommand() *cobra.Command {
	var fromStdin bool
	var reason string
	command := &cobra.Command{
		Use: "remove GROUP USER...", Short: a.words.groupRemoveShort, Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			users, err := a.usersOf(arguments[1:], fromStdin)
			if err != nil {
				return err
			}
			if err := a.confirm(fmt.Sprintf(a.words.askRemoveF, strings.Join(users, ", "), arguments[0]), ""); err != nil {
				return err
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				return a.remove(ctx, live, groupID, users, reason)
			})
		},
	}
	command.Flags().StringVar(&reason, "reason", "", a.words.flagReason)
	command.Flags().BoolVar(&fromStdin, "stdin", false, a.words.flagUsersStdin)
	return command
}

// removed is what `reddot group remove --json` prints.
type removed struct {
	done
	NotMembers []string `json:"notMembers,omitempty"`
}

// remove removes the members among the users, and says who was none: the service takes all of them without a word. Who may not
// look, as an app admin outside the group, removes without looking.
func (a *app) remove(ctx context.Context, live *live, groupID string, users []string, reason string) error {
	strangers, err := live.Strangers(ctx, groupID, users)
	if err != nil && im.ClassOf(err) != im.ClassPermission {
		return err
	}
	members := slices.DeleteFunc(slices.Clone(users), func(user string) bool { return slices.Contains(strangers, user) })
	if len(members) > 0 {
		if err := live.RemoveMembers(ctx, groupID, members, reason); err != nil {
			return err
		}
	}
	if err := a.printRemoved(removed{done{groupID, "removed", members}, strangers}); err != nil {
		return err
	}
	if len(members) == 0 {
		return exit(exitFailed)
	}
	return nil
}

func (a *app) printRemoved(row removed) error {
	if a.flags.json {
		if len(row.Users) == 0 {
			row.Done = "nothing"
		}
		return writeJSON(a.out, row)
	}
	if len(row.Users) > 0 {
		if err := a.printDone(row.done, fmt.Sprintf(a.words.removedF, strings.Join(row.Users, ", "))); err != nil {
			return err
		}
	}
	if len(row.NotMembers) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(a.err, text.Clean(fmt.Sprintf(a.words.notMembersF, strings.Join(row.NotMembers, ", "))))
	return err
}

func (a *app) groupRoleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "role GROUP USER ROLE", Short: a.words.groupRoleShort, Long: a.words.groupRoleLong, Args: cobra.ExactArgs(3),
		RunE: func(command *cobra.Command, arguments []string) error {
			user, word := arguments[1], strings.ToLower(arguments[2])
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				edit, err := a.roleEdit(live.account.settings.Roles.Rules(), word)
				if err != nil {
					return err
				}
				if err := live.EditMember(ctx, groupID, user, edit); err != nil {
					return err
				}
				return a.printDone(done{groupID, "role", []string{user}}, user+": "+word)
			})
		},
	}
}

// roleEdit reads a role: one of the service, which enforces it, or one of the shop, which is a mark.
func (a *app) roleEdit(rules model.RoleRules, word string) (model.MemberEdit, error) {
	if role, ok := model.ServiceRoleNamed(word); ok {
		return model.MemberEdit{Role: &role}, nil
	}
	if role, ok := model.RoleNamed(word); ok {
		return model.MemberEdit{Custom: map[string]string{rules.FieldName(): rules.Word(role)}}, nil
	}
	return model.MemberEdit{}, usagef(a.pick("%s 不是角色：用 admin、member，或店铺的 anchor、assistant、guide、customer", "%s is no role: use admin or member, or the shop's anchor, assistant, guide or customer"), word)
}

func (a *app) groupMuteCommand() *cobra.Command {
	var length time.Duration
	var all, off bool
	command := &cobra.Command{
		Use: "mute GROUP [USER...]", Short: a.words.groupMuteShort, Args: cobra.MinimumNArgs(1),
		Example: "  reddot group mute shop-live buyer-7 --for 10m\n  reddot group mute shop-live --all\n  reddot group mute shop-live --all --off",
		RunE: func(command *cobra.Command, arguments []string) error {
			users := arguments[1:]
			switch {
			case all == (len(users) > 0):
				return usagef("%s", a.pick("写出用户，或用 --all 表示全员", "name users, or --all for everybody"))
			case length < time.Second || length > 0xffffffff*time.Second:
				return usagef(a.pick("--for %s：至少一秒", "--for %s: from one second up"), length)
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				if err := mute(ctx, live, groupID, users, length, off); err != nil {
					return err
				}
				row, said := done{groupID, "muted", users}, a.words.muted
				if off {
					row.Done, said = "unmuted", a.words.unmuted
				}
				return a.printDone(row, said)
			})
		},
	}
	command.Flags().DurationVar(&length, "for", 10*time.Minute, a.words.flagMuteFor)
	command.Flags().BoolVar(&all, "all", false, a.words.flagMuteAll)
	command.Flags().BoolVar(&off, "off", false, a.words.flagMuteOff)
	return command
}

// mute silences the users, or without users everybody but those who run the group; off lets them speak again.
func mute(ctx context.Context, live *live, groupID string, users []string, length time.Duration, off bool) error {
	if len(users) == 0 {
		silent := !off
		return live.EditGroup(ctx, groupID, model.GroupEdit{MuteAll: &silent})
	}
	seconds := int64(length / time.Second)
	if off {
		seconds = 0
	}
	for _, user := range users {
		if err := live.EditMember(ctx, groupID, user, model.MemberEdit{MuteSeconds: &seconds}); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) groupCardCommand() *cobra.Command {
	var user string
	command := &cobra.Command{
		Use: "card GROUP NAME", Short: a.words.groupCardShort, Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				whose := user
				if whose == "" {
					whose = live.client.Self()
				}
				if err := live.EditMember(ctx, groupID, whose, model.MemberEdit{NameCard: &arguments[1]}); err != nil {
					return err
				}
				return a.printDone(done{groupID, "card", []string{whose}}, whose+": "+arguments[1])
			})
		},
	}
	command.Flags().StringVar(&user, "of", "", a.words.flagCardOf)
	return command
}
