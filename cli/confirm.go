package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"reddot/ui/text"
)

// maxStdin bounds what a command takes from stdin.
const maxStdin = 64 << 20

// confirm asks before something that cannot be undone. Without a terminal to ask at, --yes must answer. With a word,
// that word must be typed, else y will do.
func (a *app) confirm(question, word string) error {
	if a.flags.yes {
		return nil
	}
	file, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return withRemedy(usagef("%s", question), a.words.answerYes)
	}
	how := "[y/N]"
	if word != "" {
		how = fmt.Sprintf(a.words.typeToConfirmF, word)
	}
	fmt.Fprintf(a.err, "%s %s ", text.Clean(question), how)
	answer, _ := bufio.NewReader(file).ReadString('\n')
	answer = strings.TrimSpace(answer)
	if word != "" && answer == word || word == "" && strings.EqualFold(answer, "y") {
		return nil
	}
	fmt.Fprintln(a.err, a.words.notDone)
	return exit(exitFailed)
}

// stdinLines returns the lines of stdin that hold something.
func (a *app) stdinLines() ([]string, error) {
	input, err := io.ReadAll(io.LimitReader(a.in, maxStdin))
	if err != nil {
		return nil, fmt.Errorf(a.pick("读取标准输入：%w", "read stdin: %w"), err)
	}
	var lines []string
	for line := range strings.Lines(string(input)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}
