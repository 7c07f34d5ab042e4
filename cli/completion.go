package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"reddot/config"
	"reddot/ui/text"
)

// completionPatience is how long a press of Tab may take.
const completionPatience = 2 * time.Second

// errNotRunning keeps a press of Tab from starting a server.
var errNotRunning = errors.New("the embedded server is not running")

// flagChoices are the words of flags that take one of a few.
var flagChoices = map[string][]string{
	"type": {"work", "public", "meeting", "avchatroom", "community"},
	"join": {"free", "approval", "closed"}, "invite": {"free", "approval", "closed"},
	"role": {"anchor", "assistant", "guide", "customer"},
	"lang": {"zh", "en"}, "log-level": {"debug", "info", "warn", "error"},
}

// addCompletions has shells complete groups, members, profiles and the words of flags.
func (a *app) addCompletions(command *cobra.Command) {
	for name, choices := range flagChoices {
		if command.Flag(name) != nil {
			_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	if command.Flag("events") != nil {
		_ = command.RegisterFlagCompletionFunc("events", cobra.FixedCompletions(factNames(), cobra.ShellCompDirectiveNoFileComp))
	}
	if command.PersistentFlags().Lookup("profile") != nil {
		_ = command.RegisterFlagCompletionFunc("profile", a.completeProfile)
	}
	if command.ValidArgsFunction == nil {
		command.ValidArgsFunction = a.completer(command)
	}
	for _, below := range command.Commands() {
		a.addCompletions(below)
	}
}

// quoteForZsh has zsh hand over what was typed as it is: the script evaluates it where # is a pattern, and group ids begin
// with @TGS#.
func quoteForZsh(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	command, _, err := root.Find([]string{"completion", "zsh"})
	if err != nil || command.Name() != "zsh" {
		return
	}
	command.RunE = func(command *cobra.Command, _ []string) error {
		var script bytes.Buffer
		if err := root.GenZshCompletion(&script); err != nil {
			return err
		}
		_, err := io.WriteString(command.OutOrStdout(), strings.Replace(script.String(), "$(eval ", "$(setopt noglob; eval ", 1))
		return err
	}
}

// completer reads from a command's usage what its arguments are.
func (a *app) completer(command *cobra.Command) cobra.CompletionFunc {
	_, arguments, _ := strings.Cut(command.Use, " ")
	hasGroup := strings.HasPrefix(arguments, "GROUP") || strings.HasPrefix(arguments, "[GROUP]")
	hasUsers, hasRole := strings.Contains(arguments, "USER"), strings.HasSuffix(arguments, "ROLE")
	return func(command *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch {
		case hasGroup && len(given) == 0:
			return a.offer(command, completeGroups)
		case hasGroup && hasRole && len(given) == 2:
			return slices.Concat(flagChoices["role"], []string{"admin", "member"}), cobra.ShellCompDirectiveNoFileComp
		case hasGroup && hasUsers && len(given) > 0 && command.Name() != "invite":
			return a.offer(command, func(ctx context.Context, live *live) []cobra.Completion {
				return a.completeMembers(ctx, live, given[0])
			})
		case strings.Contains(arguments, "FILE"):
			return nil, cobra.ShellCompDirectiveDefault
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// offer asks the service. Without an answer nothing is offered.
func (a *app) offer(command *cobra.Command, offer func(context.Context, *live) []cobra.Completion) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(command.Context(), completionPatience)
	defer cancel()
	var offered []cobra.Completion
	a.completing = true
	err := a.begin(command)
	if err == nil {
		err = a.with(ctx, func(ctx context.Context, live *live) error {
			offered = offer(ctx, live)
			return nil
		})
	}
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}

func completeGroups(_ context.Context, live *live) []cobra.Completion {
	var offered []cobra.Completion
	for _, conversation := range live.View().Conversations {
		if conversation.Group != nil {
			offered = append(offered, completion(conversation.Group.ID, conversation.Name))
		}
	}
	slices.Sort(offered)
	return offered
}

func (a *app) completeMembers(ctx context.Context, live *live, target string) []cobra.Completion {
	id, err := a.groupID(target)
	if err != nil {
		return nil
	}
	members, _ := live.MembersOf(ctx, id) // those that came in time
	offered := make([]cobra.Completion, 0, len(members))
	for _, member := range members {
		offered = append(offered, completion(member.User, member.DisplayName()))
	}
	slices.Sort(offered)
	return offered
}

func completion(id, name string) cobra.Completion {
	return cobra.CompletionWithDesc(text.Clean(id), text.Clean(name))
}

func (a *app) completeProfile(_ *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	settings, err := config.Load(a.flags.config)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(settings.Profiles)), cobra.ShellCompDirectiveNoFileComp
}
