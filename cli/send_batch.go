package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// maxLine bounds one line of a batch, in bytes; the service takes no message of more than 12 KB.
const maxLine = 1 << 20

// order is one line of `reddot send --stdin`: a message, and to whom.
type order struct {
	// To is a group id or conversation id; without it the one of the command line.
	To string `json:"to"`
	// Text or Data (of a custom element) is the message.
	Text        string `json:"text"`
	Data        string `json:"data"`
	Description string `json:"description"`
	Extension   string `json:"extension"`
	CustomData  string `json:"cloudCustomData"`
	// Random makes a repeated line harmless: the same number sends no second message.
	Random     uint32   `json:"random"`
	Mentions   []string `json:"mentions"`
	MentionAll bool     `json:"mentionAll"`
	NoReceipt  bool     `json:"noReceipt"`
}

func (a *app) draftOf(o order) (session.Draft, error) {
	draft := session.Draft{
		CustomData: o.CustomData, Random: o.Random, Mentions: o.Mentions, MentionAll: o.MentionAll, NoReceipt: o.NoReceipt,
	}
	switch {
	case (o.Text == "") == (o.Data == ""):
		return draft, usagef("%s", a.pick("一行要么有 text，要么有 data", "a line holds either text or data"))
	case o.Data != "":
		draft.Elements = []model.Element{model.Custom{Data: o.Data, Description: o.Description, Extension: o.Extension}}
	default:
		draft.Elements = []model.Element{model.Text{Text: o.Text}}
	}
	return draft, nil
}

// batchResult is what became of one line; Line counts from 1.
type batchResult struct {
	Line int `json:"line"`
	sent
}

// batchFailure is what went wrong with one line, on stderr.
type batchFailure struct {
	Line int `json:"line"`
	failure
}

// sendBatch sends the messages of stdin, one after the other. A line that fails is said and does not stop the rest; it
// makes the command fail in the end.
func (a *app) sendBatch(ctx context.Context, to string) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		lines := bufio.NewScanner(a.in)
		lines.Buffer(nil, maxLine)
		failed := false
		for number := 1; lines.Scan(); number++ {
			line := strings.TrimSpace(lines.Text())
			if line == "" {
				continue
			}
			result, err := a.sendLine(ctx, live, line, to)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				failed = true
				a.lineFailed(number, err)
				continue
			}
			if err := a.lineSent(batchResult{number, result}); err != nil {
				return err
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf(a.pick("从标准输入读取消息：%w", "read the batch from stdin: %w"), err)
		}
		if failed {
			return exit(exitFailed)
		}
		return nil
	})
}

func (a *app) sendLine(ctx context.Context, live *live, line, to string) (sent, error) {
	read := order{To: to}
	if err := readOrder(line, &read); err != nil {
		remedy := a.pick(`一行写一条，如 {"to":"shop-live","text":"你好"}；全部字段见 reddot send --help`,
			`write one message a line, as {"to":"shop-live","text":"hello"}; reddot send --help tells all fields`)
		return sent{}, withRemedy(usage(errors.New(a.notAnOrder(err))), remedy)
	}
	if read.To == "" {
		return sent{}, usagef("%s", a.pick("这一行没有说发给谁：写上 \"to\"，或在命令行上写群", "the line does not say to whom: write \"to\", or name a group on the command line"))
	}
	draft, err := a.draftOf(read)
	if err != nil {
		return sent{}, err
	}
	return live.sendAndWait(ctx, conversationOf(read.To), draft)
}

var errMoreThanOne = errors.New("more than one value")

// readOrder reads a line that holds one JSON object and nothing else.
func readOrder(line string, into *order) error {
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errMoreThanOne
	}
	return nil
}

// notAnOrder says why a line is no message.
func (a *app) notAnOrder(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	field, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case unknown:
		return fmt.Sprintf(a.pick("消息没有 %s 这个字段", "a message has no field %s"), field)
	case errors.Is(err, errMoreThanOne):
		return a.pick("这一行不止一个 JSON 对象", "the line holds more than one JSON object")
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf(a.pick("字段 %s 不能写成 %s", "the field %s cannot be a %s"), kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf(a.pick("不是 JSON：第 %d 个字节起不对", "not JSON: wrong from byte %d on"), syntax.Offset)
	default:
		return a.pick("不是一个 JSON 对象", "not a JSON object")
	}
}

func (a *app) lineSent(result batchResult) error {
	if a.flags.json {
		return writeJSON(a.out, result)
	}
	_, err := fmt.Fprintf(a.out, "%d  %s  %s #%d\n", result.Line, text.Clean(result.Conv), a.words.sent, result.Seq)
	return err
}

func (a *app) lineFailed(line int, err error) {
	what := a.failureOf(err)
	if a.flags.json {
		_ = writeJSON(a.err, batchFailure{line, what}) // the command fails in the end all the same
		return
	}
	said := what.Message
	if what.Remedy != "" && !errors.As(err, new(*usageError)) {
		said += "; " + what.Remedy
	}
	fmt.Fprintf(a.err, "%d: %s\n", line, said)
}
