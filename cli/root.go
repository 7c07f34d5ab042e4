package cli

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"charm.land/fang/v2"
	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"reddot/ui"
)

// app is one run of the program: its streams, flags and words.
type app struct {
	in       io.Reader
	out, err io.Writer
	flags    flags
	words    words
	// log keeps the newest records for the screen; nil without one.
	log *ui.Log
	// completing is set while a shell asks what could be typed: nothing may be started for that.
	completing bool
	// meant is the command that the arguments name, with those above it.
	meant string
	// started is set once flags and arguments are understood: errors before it are wrong usage. failed is the error after it.
	started bool
	failed  error
}

// Main runs the program with its arguments (without the program's name) and returns the exit code.
func Main(arguments []string, in io.Reader, out, err io.Writer) int {
	log.SetOutput(io.Discard) // libraries speak past our words and onto the screen; a command with a log has them there
	a := &app{in: in, out: out, err: err, words: wordsOf(languageOf(languageIn(arguments), "", os.Getenv))}
	root := a.root()
	if command, _, err := root.Find(arguments); err == nil {
		a.meant = command.CommandPath()
	}
	root.SetArgs(arguments)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(err)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	misused := fang.Execute(ctx, root,
		fang.WithVersion(version()),
		fang.WithColorSchemeFunc(colours),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}), // reported below, by our contract
	)
	return a.report(errors.Join(misused, a.failed))
}

// colours paints help in the terminal's own sixteen colours.
func colours(pick lipgloss.LightDarkFunc) fang.ColorScheme { return fang.AnsiColorScheme(pick) }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "reddot",
		Short: a.words.rootShort,
		Long:  a.words.rootLong,
		Args:  cobra.NoArgs,
		RunE:  func(command *cobra.Command, _ []string) error { return a.chat(command.Context()) },
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			return a.begin(command)
		},
	}
	root.PersistentFlags().SortFlags = false
	a.flags.register(root.PersistentFlags(), a.words)
	root.Flags().Int64Var(&a.flags.demoSeed, "demo-seed", 0, a.words.flagDemoSeed)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(
		a.serveCommand(), a.usersigCommand(), a.groupsCommand(), a.sendCommand(),
		a.tailCommand(), a.readCommand(), a.historyCommand(), a.membersCommand(), a.groupCommand(), a.dataCommand(), a.versionCommand(),
		a.loginCommand(), a.logoutCommand(), a.doctorCommand(), a.explainCommand(),
	)
	a.addCompletions(root)
	quoteForZsh(root)
	a.wordHelp(root)
	a.keepFailures(root)
	return root
}

// wordHelp says in the user's language what the library adds of its own to commands.
func (a *app) wordHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.PersistentFlags().BoolP("help", "h", false, a.words.helpFlag)
	root.Flags().BoolP("version", "v", false, a.words.versionFlag)
	for _, command := range root.Commands() {
		switch command.Name() {
		case "help":
			command.Short = a.words.helpCommand
		case "completion":
			command.Short = a.words.completionCommand
		}
	}
}

// keepFailures keeps what commands fail with from the library, which would ask the terminal for its colours before anybody
// is told: that takes seconds where none answers, and swallows what is typed meanwhile.
func (a *app) keepFailures(command *cobra.Command) {
	if run := command.RunE; run != nil {
		command.RunE = func(command *cobra.Command, arguments []string) error {
			a.failed = run(command, arguments)
			return nil
		}
	}
	for _, below := range command.Commands() {
		a.keepFailures(below)
	}
}

// begin fills flags from the environment and settles the language, before any command runs.
func (a *app) begin(command *cobra.Command) error {
	a.flags.onCommandLine = map[string]bool{}
	var problem error
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		a.flags.onCommandLine[flag.Name] = flag.Changed
		if value, ok := os.LookupEnv(variable(flag.Name)); ok && !flag.Changed && problem == nil {
			if err := flag.Value.Set(value); err != nil {
				problem = usagef("%s=%s: %v", variable(flag.Name), value, err)
				return
			}
			flag.Changed = true
		}
	})
	if problem != nil {
		return problem
	}
	if err := a.flags.check(a.texts()); err != nil {
		return err
	}
	a.words = wordsOf(languageOf(a.flags.language, "", os.Getenv))
	a.started = true
	return nil
}

// variable is the environment variable of a flag: --app-id is REDDOT_APP_ID.
func variable(flag string) string {
	return "REDDOT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// languageIn finds --lang before the flags are parsed, because the help page is worded before them. A wrong
// value is refused later, when they are.
func languageIn(arguments []string) string {
	for i, argument := range arguments {
		if value, ok := strings.CutPrefix(argument, "--lang="); ok {
			return value
		}
		if argument == "--lang" && i+1 < len(arguments) {
			return arguments[i+1]
		}
	}
	return os.Getenv(variable("lang"))
}

// languageOf picks the language: flag, then configuration, then the locale; Chinese unless the locale is English.
func languageOf(flag, configured string, environment func(string) string) string {
	for _, language := range []string{flag, configured} {
		if language != "" {
			return language
		}
	}
	locale := environment("LC_ALL")
	if locale == "" {
		locale = environment("LANG")
	}
	if strings.HasPrefix(locale, "en") {
		return "en"
	}
	return "zh"
}
