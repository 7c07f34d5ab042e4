package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

func (a *app) sendCommand() *cobra.Command {
	var random uint32
	var custom, batch bool
	command := &cobra.Command{
		Use: "send GROUP [TEXT]", Short: a.words.sendShort, Long: a.words.sendLong,
		Example: "  reddot send shop-live \"还有 M 码\"\n  echo 你好 | reddot send C2Cguide-li\n" +
			"  echo '{\"to\":\"shop-live\",\"text\":\"你好\",\"random\":7}' | reddot send --stdin --json",
		RunE: func(command *cobra.Command, arguments []string) error {
			switch {
			case batch && (random != 0 || custom || len(arguments) > 1):
				return usagef("%s", a.pick("--stdin 时，消息的一切都写在它那一行里", "--stdin takes everything about a message from its line"))
			case batch:
				return a.sendBatch(command.Context(), strings.Join(arguments, ""))
			case len(arguments) == 0:
				return usagef("%s", a.pick("发给谁？写上群", "to whom? name a group"))
			}
			content, err := a.content(arguments[1:])
			if err != nil {
				return err
			}
			draft := session.Draft{Random: random, Elements: []model.Element{model.Text{Text: content}}}
			if custom {
				draft.Elements = []model.Element{model.Custom{Data: content}}
			}
			return a.send(command.Context(), conversationOf(arguments[0]), draft)
		},
	}
	command.Flags().Uint32Var(&random, "random", 0, a.words.flagRandom)
	command.Flags().BoolVar(&custom, "custom", false, a.words.flagCustom)
	command.Flags().BoolVar(&batch, "stdin", false, a.words.flagSendStdin)
	return command
}

// content is the rest of the command line, or stdin when there is none.
func (a *app) content(words []string) (string, error) {
	content := strings.Join(words, " ")
	if len(words) == 0 || content == "-" {
		input, err := io.ReadAll(io.LimitReader(a.in, 1<<20))
		if err != nil {
			return "", fmt.Errorf(a.pick("从标准输入读取消息：%w", "read the message from stdin: %w"), err)
		}
		content = strings.TrimRight(string(input), "\r\n")
	}
	if strings.TrimSpace(content) == "" {
		return "", usagef("%s", a.pick("消息是空的", "the message is empty"))
	}
	return content, nil
}

// sent is what `reddot send --json` prints.
type sent struct {
	Conv   string `json:"conv"`
	Seq    int64  `json:"seq"`
	Random uint32 `json:"random"`
	Time   int64  `json:"time"`
}

func (a *app) send(ctx context.Context, conversation model.ConversationID, draft session.Draft) error {
	return a.with(ctx, func(ctx context.Context, live *live) error {
		result, err := live.sendAndWait(ctx, conversation, draft)
		if err != nil {
			return err
		}
		if a.flags.json {
			return writeJSON(a.out, result)
		}
		_, err = fmt.Fprintf(a.out, "%s #%d\n", a.words.sent, result.Seq)
		return err
	})
}

// sendAndWait returns when the service has the message. One that failed is not kept: the caller has the text and
// is told, so it must not go out behind its back later.
func (l *live) sendAndWait(ctx context.Context, conversation model.ConversationID, draft session.Draft) (sent, error) {
	if conversation.Kind() == model.KindGroup && l.View().ByID[conversation] == nil {
		return sent{}, l.noSuchConversation(conversation)
	}
	key, err := l.Send(ctx, conversation, draft)
	if err != nil {
		return sent{}, err
	}
	message, err := l.delivered(ctx, conversation, key)
	if err != nil {
		l.Discard(key)
		return sent{}, err
	}
	return sent{
		Conv: string(conversation), Seq: message.Sequence, Random: message.Random, Time: message.ServerTime,
	}, nil
}

// delivered waits until a message is sent or refused.
func (l *live) delivered(ctx context.Context, conversation model.ConversationID, key model.Key) (*model.Message, error) {
	doing := l.texts.Doing("发送到", "send to", string(conversation))
	for {
		if message := find(l.View().ByID[conversation], key); message != nil {
			switch message.State {
			case model.Sent:
				return message, nil
			case model.Failed:
				if err := l.Refusal(key); err != nil {
					return nil, err
				}
				return nil, &im.Error{Doing: doing, Class: im.ClassRefused, Cause: message.Failure}
			case model.Sending:
			}
		}
		select {
		case <-l.Changed():
		case <-ctx.Done():
			return nil, l.texts.Interrupted(doing, ctx.Err())
		}
	}
}

func find(conversation *session.Conversation, key model.Key) *model.Message {
	if conversation == nil {
		return nil
	}
	for i := len(conversation.Messages) - 1; i >= 0; i-- {
		if conversation.Messages[i].Key() == key {
			return conversation.Messages[i]
		}
	}
	return nil
}
