package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// event is one line of `reddot tail --json`. For notes and reads, Conv and Seq are what was read.
type event struct {
	Event  string `json:"event"`
	Conv   string `json:"conv,omitempty"`
	Seq    int64  `json:"seq,omitempty"`
	From   string `json:"from,omitempty"`
	Device string `json:"device,omitempty"`
	// Time is seconds: the service's time of a message, ours of everything else.
	Time    int64    `json:"time"`
	Text    string   `json:"text,omitempty"`
	Sent    bool     `json:"sent,omitempty"`
	DelayMs *float64 `json:"delayMs,omitempty"`
	ReadNum *int     `json:"readNum,omitempty"`
	Unread  *int     `json:"unreadNum,omitempty"`
	Random  uint32   `json:"random,omitempty"`
}

func (a *app) tailCommand() *cobra.Command {
	return &cobra.Command{
		Use: "tail [GROUP]", Short: a.words.tailShort, Args: cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			var only model.ConversationID
			if len(arguments) == 1 {
				only = conversationOf(arguments[0])
			}
			return a.tail(command.Context(), only)
		},
	}
}

// tail prints what happens until it is interrupted. It reads nothing.
func (a *app) tail(ctx context.Context, only model.ConversationID) error {
	live, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	facts := live.Follow(ctx)
	err = live.ready(ctx)
	if err == nil && only != "" && live.View().ByID[only] == nil {
		err = noSuchConversation(only)
	}
	for err == nil {
		fact, open := <-facts
		if !open {
			break
		}
		if only == "" || fact.Conversation == only || fact.Kind == session.FactConnection {
			err = a.printFact(live.View(), fact)
		}
	}
	closing := live.close()
	if err == nil && ctx.Err() == nil {
		err = closing
	}
	return err
}

func (a *app) printFact(view *session.View, fact session.Fact) error {
	if a.flags.json {
		encoder := json.NewEncoder(a.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(a.eventOf(fact))
	}
	_, err := fmt.Fprintln(a.out, a.sentence(view, fact))
	return err
}

func (a *app) eventOf(fact session.Fact) event {
	result := event{
		Event: string(fact.Kind), Conv: string(fact.Conversation), Seq: fact.Position, From: fact.From,
		Device: fact.Device, Time: fact.At.Unix(), Text: fact.Text, Sent: fact.Sent,
	}
	if message := fact.Message; message != nil {
		result.Seq, result.From, result.Random = message.Sequence, message.Sender, message.Random
		result.Time, result.Text = message.Time().Unix(), model.Preview(message, a.modelLanguage())
	}
	if receipt := fact.Receipt; receipt != nil {
		result.Seq, result.ReadNum, result.Unread = receipt.Sequence, &receipt.ReadCount, &receipt.UnreadCount
	}
	if fact.Delay > 0 {
		delay := float64(fact.Delay.Microseconds()) / 1000
		result.DelayMs = &delay
	}
	return result
}

// sentence is a fact for people, harmless on a terminal.
func (a *app) sentence(view *session.View, fact session.Fact) string {
	name := text.Clean(nameOf(view, fact))
	at := fact.At.Format(time.TimeOnly)
	switch fact.Kind {
	case session.FactMessage:
		sender := text.Clean(senderOf(view, fact.Message))
		return fmt.Sprintf("%s  %s  %s: %s", at, name, sender, text.Clean(model.Preview(fact.Message, a.modelLanguage())))
	case session.FactReceipt:
		return fmt.Sprintf("%s  %s  #%d  %d/%d %s", at, name, fact.Receipt.Sequence, fact.Receipt.ReadCount, fact.Receipt.Total(), a.words.read)
	case session.FactNote, session.FactRead:
		arrow := "↓"
		if fact.Sent {
			arrow = "↑"
		}
		return fmt.Sprintf("%s  %s %s #%d  %s  %s", at, arrow, name, fact.Position, text.Clean(fact.Device), fact.Delay.Round(time.Millisecond/10))
	default:
		return fmt.Sprintf("%s  %s  %s", at, name, text.Clean(fact.Text))
	}
}

func senderOf(view *session.View, message *model.Message) string {
	if conversation := view.ByID[message.Conversation]; conversation != nil {
		if member, ok := conversation.Members[message.Sender]; ok {
			return member.DisplayName()
		}
	}
	return model.Member{User: message.Sender, Name: message.SenderName, NameCard: message.NameCard}.DisplayName()
}
