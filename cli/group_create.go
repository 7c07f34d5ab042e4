package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"reddot/model"
	"reddot/ui/text"
)

// created is what `reddot group create --json` prints.
type created struct {
	Group   string      `json:"group"`
	Name    string      `json:"name"`
	Type    string      `json:"type"`
	Members []addResult `json:"members"`
}

// createFlags are the flags of group create as they are typed.
type createFlags struct {
	kind, join, invite string
	members            []string
	group              model.NewGroup
}

func (a *app) groupCreateCommand() *cobra.Command {
	var flags createFlags
	command := &cobra.Command{
		Use: "create", Short: a.words.groupCreateShort, Args: cobra.NoArgs,
		Example: "  reddot group create --type public --name 七夕直播间 --member guide-li:role=guide --member buyer-1",
		RunE: func(command *cobra.Command, _ []string) error {
			group, err := a.newGroup(&flags)
			if err != nil {
				return err
			}
			return a.createGroup(command.Context(), group)
		},
	}
	set := command.Flags()
	set.SortFlags = false
	set.StringVar(&flags.kind, "type", "work", a.words.flagGroupType)
	set.StringVar(&flags.group.Name, "name", "", a.words.flagGroupName)
	set.StringVar(&flags.group.Introduction, "intro", "", a.words.flagGroupIntro)
	set.StringVar(&flags.group.Notification, "notice", "", a.words.flagGroupNotice)
	set.StringVar(&flags.group.FaceURL, "face", "", a.words.flagGroupFace)
	set.IntVar(&flags.group.MaxMembers, "max", 0, a.words.flagGroupMax)
	set.StringArrayVar(&flags.members, "member", nil, a.words.flagGroupMember)
	set.StringVar(&flags.group.ID, "id", "", a.words.flagGroupID)
	set.StringVar(&flags.join, "join", "", a.words.flagGroupJoin)
	set.StringVar(&flags.invite, "invite", "", a.words.flagGroupInvite)
	return command
}

func (a *app) newGroup(f *createFlags) (model.NewGroup, error) {
	group := f.group
	kind, ok := groupTypes[strings.ToLower(f.kind)]
	if !ok {
		return group, usagef(a.pick("--type %s：用 work、public、meeting、avchatroom 或 community", "--type %s: use work, public, meeting, avchatroom or community"), f.kind)
	}
	if strings.TrimSpace(group.Name) == "" {
		return group, usagef("%s", a.pick("--name：群要有名字", "--name: a group needs a name"))
	}
	if group.MaxMembers < 0 {
		return group, usagef(a.pick("--max %d：不能是负数", "--max %d: it cannot be negative"), group.MaxMembers)
	}
	group.Type = kind
	var err error
	if group.Join, err = a.joinOption("--join", f.join); err != nil {
		return group, err
	}
	if group.Invite, err = a.joinOption("--invite", f.invite); err != nil {
		return group, err
	}
	group.Members, err = a.parseMembers(f.members)
	return group, err
}

var joinOptions = map[string]model.JoinOption{
	"": "", "free": model.JoinFree, "approval": model.JoinApproval, "closed": model.JoinClosed,
}

func (a *app) joinOption(flag, word string) (model.JoinOption, error) {
	option, ok := joinOptions[word]
	if !ok {
		return "", usagef(a.pick("%s %s：用 free、approval 或 closed", "%s %s: use free, approval or closed"), flag, word)
	}
	return option, nil
}

// createGroup makes the group, once it is known that all members exist.
func (a *app) createGroup(ctx context.Context, group model.NewGroup) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		if err := a.checkUsers(ctx, live, group.Members); err != nil {
			return err
		}
		made, err := live.CreateGroup(ctx, group)
		if err != nil {
			return err
		}
		if a.flags.json {
			return writeJSON(a.out, created{made.ID, group.Name, string(group.Type), addResults(made.Members)})
		}
		if _, err := fmt.Fprintln(a.out, text.Clean(made.ID)); err != nil {
			return err
		}
		return a.printOutcomes(made.Members)
	})
}

// checkUsers refuses members whom the service does not know, before anything is made.
func (a *app) checkUsers(ctx context.Context, live *live, members []model.NewMember) error {
	if len(members) == 0 {
		return nil
	}
	users := make(map[string]struct{}, len(members))
	for _, member := range members {
		users[member.User] = struct{}{}
	}
	unknown, err := live.UnknownUsers(ctx, slices.Sorted(maps.Keys(users)))
	if err != nil || len(unknown) == 0 {
		return err
	}
	return withRemedy(
		usagef(a.pick("服务端没有这些用户：%s", "the service does not know these users: %s"), strings.Join(unknown, ", ")),
		a.pick("去掉他们，或让他们先登录一次", "leave them out, or have them log in once"))
}
