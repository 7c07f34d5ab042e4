package cli

import (
	"context"
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
	// Of a message, under the names that `reddot send --stdin` takes: Data and what follows of its custom element, as it came.
	Data        string   `json:"data,omitempty"`
	Description string   `json:"description,omitempty"`
	Extension   string   `json:"extension,omitempty"`
	CustomData  string   `json:"cloudCustomData,omitempty"`
	Mentions    []string `json:"mentions,omitempty"`
	MentionAll  bool     `json:"mentionAll,omitempty"`
	// Tip is set for what the service wrote into the group: somebody joined, the name was changed.
	Tip bool `json:"tip,omitempty"`
}

func (a *app) tailCommand() *cobra.Command {
	var flags tailFlags
	command := &cobra.Command{
		Use: "tail [GROUP]", Short: a.words.tailShort, Args: cobra.MaximumNArgs(1),
		Example: "  reddot tail shop-live --since 10m\n  reddot tail --events message --role customer --json",
		RunE: func(command *cobra.Command, arguments []string) error {
			var only model.ConversationID
			if len(arguments) == 1 {
				only = conversationOf(arguments[0])
			}
			wanted, err := a.filterOf(flags, only)
			if err != nil {
				return err
			}
			since, err := a.sinceTime(flags.since, time.Now())
			if err != nil {
				return err
			}
			if flags.noFollow && since.IsZero() {
				return usagef("%s", a.pick("--no-follow 要和 --since 一起用", "--no-follow needs --since"))
			}
			return a.tail(command.Context(), wanted, since, !flags.noFollow)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.since, "since", "", a.words.flagSince)
	set.BoolVar(&flags.noFollow, "no-follow", false, a.words.flagNoFollow)
	set.StringSliceVar(&flags.events, "events", nil, a.words.flagEvents)
	set.StringVar(&flags.from, "from", "", a.words.flagFrom)
	set.StringVar(&flags.contains, "contains", "", a.words.flagContains)
	set.StringVar(&flags.role, "role", "", a.words.flagRole)
	return command
}

// tail prints the messages since a moment, if one is given, and then what happens until it is interrupted. It reads
// nothing.
func (a *app) tail(ctx context.Context, wanted filter, since time.Time, follow bool) error {
	live, err := a.open(ctx, forLong)
	if err != nil {
		return err
	}
	facts := live.Follow(ctx)
	err = live.ready(ctx)
	if err == nil && wanted.only != "" && live.View().ByID[wanted.only] == nil {
		err = live.noSuchConversation(wanted.only)
	}
	wanted.roleOf = live.rolesOf(ctx)
	told := map[model.Key]bool{}
	if err == nil && !since.IsZero() {
		err = a.tailPast(ctx, live, wanted, since, told)
	}
	for err == nil && follow {
		fact, open := <-facts
		if !open {
			break
		}
		if fact.Message != nil && told[fact.Message.Key()] {
			continue
		}
		if wanted.passes(fact) {
			err = a.printFact(live.View(), fact)
		}
		if err == nil && fact.Kind == session.FactConnection && fact.Text == session.LoggedOut.String() {
			err = live.loggedOut() // nobody is there to log in again
		}
	}
	closing := live.close()
	if err == nil && ctx.Err() == nil {
		err = closing
	}
	return err
}

// tailPast prints the wanted messages since a moment, and notes which those were.
func (a *app) tailPast(ctx context.Context, live *live, wanted filter, since time.Time, told map[model.Key]bool) error {
	messages, err := live.messagesSince(ctx, wanted.only, since)
	if err != nil {
		return err
	}
	for _, message := range messages {
		told[message.Key()] = true
		fact := session.Fact{Kind: session.FactMessage, At: message.Time(), Conversation: message.Conversation, Message: message}
		if !wanted.passes(fact) {
			continue
		}
		if err := a.printFact(live.View(), fact); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printFact(view *session.View, fact session.Fact) error {
	if a.flags.json {
		return writeJSON(a.out, a.eventOf(fact))
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
		result.describe(message, a.modelLanguage())
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

func (e *event) describe(message *model.Message, language model.Language) {
	e.Seq, e.From, e.Random = message.Sequence, message.Sender, message.Random
	e.Time, e.Text = message.Time().Unix(), model.Preview(message, language)
	if message.Recalled {
		return
	}
	e.CustomData, e.Mentions, e.MentionAll = message.CustomData, message.Mentions, message.MentionAll
	for _, element := range message.Elements {
		switch element := element.(type) {
		case model.Custom:
			e.Data, e.Description, e.Extension = element.Data, element.Description, element.Extension
		case model.Tip:
			e.Tip = true
		}
	}
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
