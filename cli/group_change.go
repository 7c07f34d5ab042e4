package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/model"
	"reddot/ui/text"
)

// editFlags are the flags of group edit as they are typed; one that is not given changes nothing.
type editFlags struct {
	name, intro, notice, face, join, invite string
	most                                    int
}

func (a *app) groupEditCommand() *cobra.Command {
	var flags editFlags
	command := &cobra.Command{
		Use: "edit GROUP", Short: a.words.groupEditShort, Args: cobra.ExactArgs(1),
		Example: "  reddot group edit shop-live --notice \"今晚八点开播\" --join approval",
		RunE: func(command *cobra.Command, arguments []string) error {
			edit, err := a.groupEdit(&flags, command.Flags().Changed)
			if err != nil {
				return err
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				if err := live.EditGroup(ctx, groupID, edit); err != nil {
					return err
				}
				return a.printDone(done{Group: groupID, Done: "edited"}, a.words.edited)
			})
		},
	}
	set := command.Flags()
	set.SortFlags = false
	set.StringVar(&flags.name, "name", "", a.words.flagGroupName)
	set.StringVar(&flags.intro, "intro", "", a.words.flagGroupIntro)
	set.StringVar(&flags.notice, "notice", "", a.words.flagGroupNotice)
	set.StringVar(&flags.face, "face", "", a.words.flagGroupFace)
	set.IntVar(&flags.most, "max", 0, a.words.flagGroupMax)
	set.StringVar(&flags.join, "join", "", a.words.flagGroupJoin)
	set.StringVar(&flags.invite, "invite", "", a.words.flagGroupInvite)
	return command
}

func (a *app) groupEdit(f *editFlags, changed func(flag string) bool) (model.GroupEdit, error) {
	var edit model.GroupEdit
	for _, text := range []struct {
		flag  string
		value *string
		into  **string
	}{
		{"name", &f.name, &edit.Name},
		{"intro", &f.intro, &edit.Introduction},
		{"notice", &f.notice, &edit.Notification},
		{"face", &f.face, &edit.FaceURL},
	} {
		if changed(text.flag) {
			*text.into = text.value
		}
	}
	if changed("max") {
		edit.MaxMembers = &f.most
	}
	var err error
	if edit.Join, err = a.changedOption(changed, "join", f.join); err != nil {
		return edit, err
	}
	if edit.Invite, err = a.changedOption(changed, "invite", f.invite); err != nil {
		return edit, err
	}
	if edit == (model.GroupEdit{}) {
		return edit, usagef("%s", a.pick("要改什么？如 --name 或 --notice", "say what to change, as --name or --notice"))
	}
	return edit, nil
}

// changedOption reads a flag that says how people come in, nil if it was not given.
func (a *app) changedOption(changed func(string) bool, flag, word string) (*model.JoinOption, error) {
	if !changed(flag) {
		return nil, nil
	}
	option, err := a.joinOption("--"+flag, word)
	if err == nil && option == "" {
		err = usagef(a.pick("--%s：用 free、approval 或 closed", "--%s: use free, approval or closed"), flag)
	}
	return &option, err
}

func (a *app) groupHandOverCommand() *cobra.Command {
	return &cobra.Command{
		Use: "handover GROUP USER", Short: a.words.groupHandOverShort, Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := a.confirm(fmt.Sprintf(a.words.askHandOverF, arguments[0], arguments[1]), ""); err != nil {
				return err
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				if err := live.HandOver(ctx, groupID, arguments[1]); err != nil {
					return err
				}
				return a.printDone(done{groupID, "handed_over", arguments[1:]}, fmt.Sprintf(a.words.handedOverF, arguments[1]))
			})
		},
	}
}

func (a *app) groupQuitCommand() *cobra.Command {
	return &cobra.Command{
		Use: "quit GROUP", Short: a.words.groupQuitShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if err := a.confirm(fmt.Sprintf(a.words.askQuitF, arguments[0]), ""); err != nil {
				return err
			}
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				if err := live.QuitGroup(ctx, groupID); err != nil {
					return a.quitRefused(ctx, live, groupID, err)
				}
				return a.printDone(done{Group: groupID, Done: "quit"}, a.words.quit)
			})
		},
	}
}

// quitRefused says to an owner what would help.
func (a *app) quitRefused(ctx context.Context, live *live, groupID string, err error) error {
	group, finding := live.findGroup(ctx, groupID)
	var service *im.Error
	if finding != nil || live.MayDo(group, model.ActQuit) != model.OwnerMustHandOver || !errors.As(err, &service) {
		return err
	}
	helped := *service
	helped.Remedy = fmt.Sprintf(a.words.handOverFirstF, text.Clean(groupID))
	return &helped
}

func (a *app) groupDestroyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "destroy GROUP", Short: a.words.groupDestroyShort, Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				group, err := live.findGroup(ctx, groupID)
				if err != nil {
					return err
				}
				name := text.Clean(group.Name)
				if err := a.confirm(fmt.Sprintf(a.words.askDestroyF, name, group.Members), name); err != nil {
					return err
				}
				if err := live.DestroyGroup(ctx, groupID); err != nil {
					return err
				}
				return a.printDone(done{Group: groupID, Done: "destroyed"}, a.words.destroyed)
			})
		},
	}
}

// application is one line of `reddot group applications --json`.
type application struct {
	Group   string `json:"group"`
	Name    string `json:"name"`
	User    string `json:"user"`
	By      string `json:"by,omitempty"`
	Message string `json:"message"`
	Time    int64  `json:"time"`
}

func (a *app) groupApplicationsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "applications", Short: a.words.groupApplicationsShort, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.with(command.Context(), func(ctx context.Context, live *live) error {
				waiting, err := live.undecided(ctx)
				if err != nil {
					return err
				}
				if a.flags.json {
					rows := make([]application, len(waiting))
					for i, w := range waiting {
						rows[i] = application{w.GroupID, w.GroupName, w.Applicant, w.By, w.Message, w.Time}
					}
					return writeJSON(a.out, rows...)
				}
				for _, w := range waiting {
					_, err := fmt.Fprintf(a.out, "%s  %s  %s\n", text.Clean(w.GroupID), text.Clean(w.Applicant), text.Clean(w.Message))
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

// undecided is what waits for the user: the applications to the groups that they manage, and the invitations of themselves.
func (l *live) undecided(ctx context.Context) ([]model.Application, error) {
	waiting, err := l.Applications(ctx)
	if err != nil {
		return nil, err
	}
	for _, notice := range l.View().GroupNotices {
		if notice.Kind == model.NoticeInvitation && !notice.Handled {
			waiting = append(waiting, *notice.Application)
		}
	}
	return waiting, nil
}

// groupDecideCommand is approve or refuse.
func (a *app) groupDecideCommand(name string, agree bool) *cobra.Command {
	var reply string
	short := a.words.groupRefuseShort
	if agree {
		short = a.words.groupApproveShort
	}
	command := &cobra.Command{
		Use: name + " GROUP USER", Short: short, Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.onGroup(command, arguments[0], func(ctx context.Context, live *live, groupID string) error {
				return a.decide(ctx, live, groupID, arguments[1], agree, reply)
			})
		},
	}
	command.Flags().StringVar(&reply, "reply", "", a.words.flagReply)
	return command
}

func (a *app) decide(ctx context.Context, live *live, groupID, user string, agree bool, reply string) error {
	waiting, err := live.undecided(ctx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.GroupID != groupID || w.Applicant != user {
			continue
		}
		if err := live.Decide(ctx, w, agree, reply); err != nil {
			return err
		}
		row, said := done{groupID, "refused", []string{user}}, a.words.refused
		if agree {
			row.Done, said = "approved", a.words.approved
		}
		return a.printDone(row, said)
	}
	return &im.Error{
		Doing: live.texts.Doing("处理申请", "decide on", user), Class: im.ClassRefused,
		Cause:  fmt.Sprintf(live.texts.Pick("群 %s 里没有这个人的申请", "nobody of that name waits for a decision in %s"), groupID),
		Remedy: live.texts.Pick("用 reddot group applications 列出", "reddot group applications lists them"),
	}
}
