package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"reddot/cli/local"
	"reddot/im/emulator"
)

// standardStream is the name of stdin and stdout where a file is expected.
const standardStream = "-"

func (a *app) dataCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "data", Short: a.words.dataShort, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(
		a.fixtureCommand("export", a.words.exportShort, a.words.exportLong, a.exportData),
		a.fixtureCommand("import", a.words.importShort, a.words.importLong, a.importData),
	)
	return command
}

// fixtureCommand is a command that works on a server's directory and a file.
func (a *app) fixtureCommand(name, short, long string, run func(ctx context.Context, data, file string) error) *cobra.Command {
	command := &cobra.Command{
		Use: name + " [FILE]", Short: short, Long: long, Args: cobra.MaximumNArgs(1),
		Example: "  reddot data " + name + " --data ./server fixture.jsonl",
		RunE: func(command *cobra.Command, arguments []string) error {
			data, err := serverData(a.flags.data)
			if err != nil {
				return err
			}
			if data == local.Memory {
				return usagef(a.pick("--data %s 什么都不保存：请写一个目录", "--data %s keeps nothing: name a directory"), data)
			}
			return run(command.Context(), data, append(arguments, standardStream)[0])
		},
	}
	command.Flags().StringVar(&a.flags.data, "data", "", a.words.flagServeData)
	return command
}

// exportData writes all data to stdout or to a file that only its owner may read. A file that is there is replaced
// when all is written.
func (a *app) exportData(ctx context.Context, data, file string) error {
	if _, err := os.Stat(data); err != nil {
		return a.explainData(fmt.Errorf("%s: %w", data, emulator.ErrNoData))
	}
	release, err := local.Hold(data)
	if err != nil {
		return a.explainHold(data, err)
	}
	defer release()
	if file == standardStream {
		return a.explainData(emulator.ExportData(ctx, data, a.out))
	}
	out, err := os.CreateTemp(filepath.Dir(file), ".reddot-export-*")
	if err != nil {
		return fmt.Errorf(a.pick("写出数据：%w", "write the fixture: %w"), err)
	}
	defer os.Remove(out.Name()) // no more there once it has its name
	if err := errors.Join(emulator.ExportData(ctx, data, out), out.Close()); err != nil {
		return a.explainData(err)
	}
	if err := os.Rename(out.Name(), file); err != nil {
		return fmt.Errorf(a.pick("写出数据：%w", "write the fixture: %w"), err)
	}
	return nil
}

// importData reads a file, or stdin, into an empty directory.
func (a *app) importData(ctx context.Context, data, file string) error {
	in := a.in
	if file != standardStream {
		opened, err := os.Open(file)
		if err != nil {
			return usagef(a.pick("读取数据：%v", "read the fixture: %v"), err)
		}
		defer opened.Close()
		in = opened
	}
	release, err := local.Hold(data)
	if err != nil {
		return a.explainHold(data, err)
	}
	defer release()
	return a.explainData(emulator.ImportData(ctx, data, in))
}

func (a *app) explainData(err error) error {
	switch {
	case errors.Is(err, emulator.ErrNotEmpty):
		return withRemedy(err, a.pick("用 --data 换一个目录，或删掉这个；什么都没有改", "choose another directory with --data, or remove this one; nothing was changed"))
	case errors.Is(err, emulator.ErrNoData):
		return withRemedy(err, a.pick("用 --data 写出服务器的数据目录", "name the directory of a server with --data"))
	}
	return err
}
