package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/term"

	"reddot/cli/local"
	"reddot/model"
	"reddot/session"
	"reddot/ui"
)

// chat shows the screen until the user leaves it.
func (a *app) chat(ctx context.Context) (err error) {
	if file, ok := a.out.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		return withRemedy(usagef("%s", a.words.noTerminal), a.words.noTerminalRemedy)
	}
	live, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.close()) }()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	if live.account.embedded != nil {
		go live.keepServer(watching)
	}
	return ui.Run(ctx, a.screenOptions(live))
}

func (a *app) screenOptions(live *live) ui.Options {
	screen := live.account.settings.Screen
	return ui.Options{
		Session: live.Session, Language: a.words.language, Theme: ui.Theme(screen.Theme),
		Stock: screen.Renderer == "stock" || os.Getenv("REDDOT_RENDERER") == "stock", Frames: screen.Frames,
		AmbiguousWidth: screen.AmbiguousWidth, Mouse: screen.Mouse,
	}
}

// keepServer starts the embedded server again when it is gone: the client that notices first does it, and
// all find the same one (cli/local).
func (l *live) keepServer(ctx context.Context) {
	facts := l.Follow(ctx)
	for fact := range facts {
		if fact.Kind != session.FactConnection || l.View().Connection.Phase != session.Offline {
			continue
		}
		starting, cancel := context.WithTimeout(ctx, 10*time.Second)
		if _, err := local.Ensure(starting, *l.account.embedded); err == nil {
			l.ReconnectNow()
		}
		cancel()
	}
}

func (a *app) modelLanguage() model.Language {
	if a.words.language == "en" {
		return model.English
	}
	return model.Chinese
}
