package cli

import (
	"context"
	"errors"
	"os"

	"golang.org/x/term"

	"reddot/config"
	"reddot/crash"
	"reddot/model"
	"reddot/ui"
)

// chat shows the screen until the user leaves it.
func (a *app) chat(ctx context.Context) (err error) {
	if file, ok := a.out.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		return withRemedy(usagef("%s", a.words.noTerminal), a.words.noTerminalRemedy)
	}
	if os.Getenv("TERM") == "dumb" {
		return withRemedy(usagef("%s", a.words.dumbTerminal), a.words.dumbTerminalRemedy)
	}
	a.log = &ui.Log{}
	live, err := a.open(ctx, forLong)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.close()) }()
	shown, leave := context.WithCancel(ctx)
	defer leave()
	go func() {
		select {
		case <-live.over: // before its time: close tells why
			leave()
		case <-live.broken.happened:
			leave()
		case <-shown.Done():
		}
	}()
	go crash.Guard(func() { giveBackMemory(shown) })()
	return ui.Run(shown, a.screenOptions(live))
}

func (a *app) screenOptions(live *live) ui.Options {
	screen, custom := live.account.settings.Screen, live.account.settings.Custom
	return ui.Options{
		Cards: custom.Templates(), Snippets: snippets(custom.Snippets),
		Session: live.Session, Log: a.log, Groups: live.Session, Roles: live.account.settings.Roles.Rules(), Language: a.words.language, Theme: ui.Theme(screen.Theme),
		Stock: screen.Renderer == "stock" || os.Getenv("REDDOT_RENDERER") == "stock", Frames: screen.Frames,
		AmbiguousWidth: screen.AmbiguousWidth, Mouse: screen.Mouse,
	}
}

func snippets(configured []config.Snippet) []ui.Snippet {
	held := make([]ui.Snippet, len(configured))
	for i, s := range configured {
		held[i] = ui.Snippet(s)
	}
	return held
}

func (a *app) modelLanguage() model.Language {
	if a.words.language == "en" {
		return model.English
	}
	return model.Chinese
}
