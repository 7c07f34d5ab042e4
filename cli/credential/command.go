package credential

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"reddot/im/convert"
	"reddot/im/wire"
)

const (
	// commandPatience is how long a command may take: it may ask a person for a passphrase.
	commandPatience = 30 * time.Second
	// afterKill is how long a command's children may keep its output open once it is ended.
	afterKill = time.Second
)

// Command asks the user's own command for a signature, each time one is needed.
func Command(line string, texts convert.Texts) Sign {
	return func(ctx context.Context) (wire.Secret, error) {
		ctx, cancel := context.WithTimeout(ctx, commandPatience)
		defer cancel()
		var output bounded
		command := shell(ctx, line)
		command.Stdout, command.WaitDelay = &output, afterKill
		err := command.Run()
		var signature wire.Secret
		switch {
		case err == nil:
			signature, err = single(output.text.String(), texts)
		case errors.Is(err, errTooMuch):
			err = errors.New(texts.Pick("输出超过 64 KB", "it prints more than 64 KB"))
		}
		if err != nil {
			return wire.Secret{}, fmt.Errorf(texts.Pick("user_sig_command 没有给出 UserSig：%w；请自己运行一次看看", "user_sig_command gave no UserSig: %w; run it yourself to see why"), err)
		}
		return signature, nil
	}
}

func shell(ctx context.Context, line string) *exec.Cmd {
	if os.PathSeparator == '\\' {
		return exec.CommandContext(ctx, "cmd", "/c", line)
	}
	return exec.CommandContext(ctx, "sh", "-c", line)
}

// bounded is a buffer that refuses to grow beyond maxText.
type bounded struct{ text bytes.Buffer }

var errTooMuch = errors.New("more than a signature")

func (b *bounded) Write(text []byte) (int, error) {
	if b.text.Len()+len(text) > maxText {
		return 0, errTooMuch
	}
	return b.text.Write(text)
}
