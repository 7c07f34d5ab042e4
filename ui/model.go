package ui

import (
	"context"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"reddot/model"
	"reddot/session"
	"reddot/ui/paint"
	"reddot/ui/text"
)

// Options says what to show and how.
type Options struct {
	// Session is what is shown.
	Session session.API
	// Log is what the log pane shows; nil shows none.
	Log *Log
	// Groups is what can be done to groups, nil where that is not available.
	Groups session.Groups
	// Roles say how the shop marks its people.
	Roles model.RoleRules
	// Cards show the shop's own messages.
	Cards model.Cards
	// Snippets are custom messages held ready.
	Snippets []Snippet
	// Language is "zh" or "en"; anything that does not begin with "en" is Chinese.
	Language string
	// Theme is the colours; NO_COLOR in the environment overrides it.
	Theme Theme
	// AmbiguousWidth is the columns that the terminal gives characters of ambiguous width: 2, or 1 for anything else.
	AmbiguousWidth int
	// Mouse says that clicks and the wheel are ours; the terminal's own selection then needs Shift.
	Mouse bool
	// Stock uses Bubble Tea's own renderer, for comparison. Frames is the most frames a second that messages cause
	// under ours, 0 for its default.
	Stock  bool
	Frames int
	// Now is the clock, time.Now if nil. It is read once; later times come by messages.
	Now func() time.Time
}

// focus is the pane that keys go to.
type focus int

const (
	focusList focus = iota
	focusInput
	focusMessages
)

// Model is the screen. It is a tea.Model; all its methods are called by the goroutine of the program.
type Model struct {
	session session.API
	groups  session.Groups
	ctx     context.Context

	options Options
	measure text.Measure
	theme   Theme
	look    *look
	now     time.Time

	view          *session.View
	width, height int
	focused       bool // the terminal has the focus
	focus         focus
	open          model.ConversationID
	viewing       session.Viewing // what the session was told last

	list      list
	chat      chat
	input     input
	switcher  switcher
	help      help
	side      sideMode
	sidePanel side
	status    status
	flash     flash
	// insisting is the colleague's answer of which the user was told; the next Enter sends all the same.
	insisting model.Answering
	// silencedTold is why the user may not speak, as they were told; the next Enter tries all the same.
	silencedTold string
	frameSize    int // bytes of the last frame

	// calling is set while the readers are asked for to mention those who have not read.
	calling bool
	// chosen is whom the names in the input mean, completion the list behind an @.
	chosen     chosen
	completion completion

	// panels lie on each other over the conversation; questions are what the service was asked.
	panels    []panel
	questions questions
	// wasOffline is set while the newest picture that panels saw was of a broken connection.
	wasOffline bool
	// outsiders are people of groups that were not opened.
	outsiders outsiders
	// unknownCommand is the text that was refused once because it begins like a command.
	unknownCommand string
	announcements  announcements
	applied        applied
	// heard are the notices that were there before, nil until the service was reached.
	heard map[string]bool
	// called is what people were found to be called who are not where they are spoken of.
	called map[string]string
	// decided are the notices that were decided here and that the service still lists.
	decided map[string]bool
	// toOpen is the group to open as soon as it is there.
	toOpen model.ConversationID

	outbox  outbox
	drafts  drafts
	leaving leaving
}

// New returns the screen of a session.
func New(options Options) *Model {
	if options.Now == nil {
		options.Now = time.Now
	}
	switch {
	case os.Getenv("NO_COLOR") != "":
		options.Theme = ThemePlain
	case options.Theme == "":
		options.Theme = ThemeAuto
	}
	m := &Model{
		session: options.Session,
		groups:  options.Groups,
		ctx:     context.Background(),
		options: options,
		measure: text.Measure{AmbiguousWide: options.AmbiguousWidth == 2},
		theme:   options.Theme,
		now:     options.Now(),
		focused: true,
		drafts:  newDrafts(),
		chosen:  chosen{},
		decided: map[string]bool{},
		called:  map[string]string{},
	}
	m.setView(options.Session.View())
	return m
}

// viewMsg brings a newer picture, minuteMsg the time once a minute.
type (
	viewMsg   struct{ view *session.View }
	minuteMsg time.Time
)

// Init starts to wait for pictures and for the next minute, and asks for the terminal's background.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.waitForChange(), m.nextMinute(), m.askBackground())
}

// askBackground asks for the colour to choose the theme by, except of terminals that would print the question.
func (m *Model) askBackground() tea.Cmd {
	switch os.Getenv("TERM") {
	case "", "dumb", "linux":
		return nil
	}
	if m.options.Theme != ThemeAuto {
		return nil
	}
	return paint.Raw(ansi.RequestBackgroundColor)
}

// waitForChange waits until the session has a newer picture. There is never more than one such command.
func (m *Model) waitForChange() tea.Cmd {
	ctx, watched := m.ctx, m.session
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-watched.Changed():
			return viewMsg{watched.View()}
		}
	}
}

// nextMinute waits for the clock's next minute. An idle screen changes no more often than that.
func (m *Model) nextMinute() tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		now := time.Now()
		return after(ctx, now.Truncate(time.Minute).Add(time.Minute).Sub(now), func(t time.Time) tea.Msg { return minuteMsg(t) })
	}
}

// after waits for a time and returns a message, none if the program ends meanwhile.
func after(ctx context.Context, wait time.Duration, message func(time.Time) tea.Msg) tea.Msg {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil
	case t := <-timer.C:
		return message(t)
	}
}

// Update handles one message and tells the session if the user looks at something else now.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.handle(msg)
	m.tell()
	return m, cmd
}

func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case viewMsg:
		m.setView(msg.view)
		return tea.Batch(m.waitForChange(), m.ageSoon(), m.panelsSee())
	case minuteMsg:
		m.now = time.Time(msg)
		m.list.tick()
		return m.nextMinute()
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.MouseClickMsg:
		return m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		m.wheel(msg.Mouse())
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.FocusMsg:
		m.focused = true
	case tea.BlurMsg:
		m.focused = false
	case tea.BackgroundColorMsg:
		m.setBackground(msg.IsDark())
	case tea.ModeReportMsg:
		m.setMode(msg)
	case logMsg:
		return m.logChanged(msg)
	case ageMsg:
		return m.aged(time.Time(msg))
	case sentMsg:
		return m.sent(msg)
	case answerMsg:
		return m.answered(msg)
	case directoryMsg:
		m.gathered(msg)
	case draftMsg:
		m.drafts.due = false
		m.saveDraft()
	}
	return nil
}

// setView takes a newer picture.
func (m *Model) setView(v *session.View) {
	self := m.look == nil || m.look.self != v.Self.User
	m.view = v
	if self {
		m.relook()
	}
	m.list.setView(v)
	if m.switcher.on {
		m.switcher.refresh(v)
	}
	m.announcements.setView(v)
	m.applied.setView(v)
	m.announceNotices()
	m.openAwaited()
	if m.open == "" {
		return
	}
	if c := v.ByID[m.open]; c != nil {
		if c.Left && !m.chat.conversation.Left {
			m.leftBehind()
		}
		m.chat.update(c)
		m.adoptDraft(c)
		m.answerCall(c)
		if m.chat.seeking && !c.Loading {
			m.toDivider()
		}
		return
	}
	m.lost()
}

// relook makes the look anew after something that it depends on has changed; every cache goes by its pointer.
func (m *Model) relook() {
	theme := m.theme
	if theme == ThemeAuto {
		theme = ThemeDark
	}
	m.look = newLook(m.measure, theme, m.options.Language, m.now.Location(), m.view.Self.User)
	m.look.cards = m.options.Cards
}

func (m *Model) setBackground(dark bool) {
	if m.options.Theme != ThemeAuto {
		return
	}
	m.theme = ThemeLight
	if dark {
		m.theme = ThemeDark
	}
	m.relook()
}

// setMode takes the terminal's word that it draws a grapheme cluster as one glyph, as the painter takes it: what is
// laid out and what is painted must count the same columns.
func (m *Model) setMode(report tea.ModeReportMsg) {
	if paint.ConfirmsGraphemes(report) && !m.measure.Graphemes {
		m.measure.Graphemes = true
		m.relook()
	}
}

// conversation returns the open conversation, nil if none is.
func (m *Model) conversation() *session.Conversation {
	if m.open == "" {
		return nil
	}
	return m.chat.conversation
}

// tell says to the session what the user is looking at, if that has changed.
func (m *Model) tell() {
	g := m.geometry()
	visible := !g.small && g.chat > 0 && g.messages > 0 && !m.help.on
	now := session.Viewing{
		Conversation: m.open,
		AtBottom:     m.open != "" && visible && m.chat.follow,
		Focused:      m.focused,
		Readers:      m.readersWanted(g),
	}
	if now != m.viewing {
		m.viewing = now
		m.session.Look(now)
	}
}

// paste inserts a pasted text as one.
func (m *Model) paste(s string) tea.Cmd {
	switch p := m.panel(); {
	case m.help.on:
		return nil
	case p != nil:
		p.insert(m, s)
		return nil
	case m.switcher.on:
		m.switcher.query.insert(strings.ReplaceAll(s, "\n", " "))
		m.switcher.search(&m.list)
		return nil
	case m.open == "":
		return nil
	}
	m.endSelection()
	m.focus = focusInput
	m.input.insert(s)
	m.completion.on = false
	return m.draftSoon()
}
