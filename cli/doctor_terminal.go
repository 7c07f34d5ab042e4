package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"reddot/config"
	"reddot/ui/paint"
)

const (
	// askHere and askAfar are how long a terminal may take to answer, on this machine and over SSH.
	askHere = time.Second
	askAfar = 3 * time.Second
	// smallWidth and smallHeight are the least cells that the screen is made for.
	smallWidth, smallHeight = 80, 24
)

// checkTerminal asks the terminal what it is, if there is one.
func (c *checkup) checkTerminal(settings config.Config) {
	c.checkLocale()
	file, ok := c.out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		c.info("terminal", c.pick("标准输出不是终端，没有询问", "stdout is not a terminal, nothing was asked"), "")
		return
	}
	patience := askHere
	if os.Getenv("SSH_TTY") != "" {
		patience = askAfar
	}
	answers, err := paint.Ask(patience)
	c.checkSize(file, answers.Name)
	c.checkColours(answers.Profile)
	if err != nil {
		message := err.Error()
		if errors.Is(err, paint.ErrSilent) {
			message = c.pick("终端没有回答任何询问", "the terminal answers no question")
		}
		c.info("terminal", message, c.pick("界面仍可使用，只是不用可选功能", "the screen works all the same, without what is optional"))
		return
	}
	c.checkWidth(answers.AmbiguousWidth, settings.Screen.AmbiguousWidth)
	c.checkModesOf(answers)
}

func (c *checkup) checkLocale() {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		upper := strings.ToUpper(value)
		if strings.Contains(upper, "UTF-8") || strings.Contains(upper, "UTF8") {
			c.fine("locale", name+"="+value)
			return
		}
		c.warning("locale", name+"="+value, c.pick("不是 UTF-8，tmux 和 ssh 可能显示不了中文：export LANG=zh_CN.UTF-8", "it is not UTF-8, so tmux and ssh may not show Chinese: export LANG=en_US.UTF-8"))
		return
	}
}

func (c *checkup) checkSize(file *os.File, name string) {
	width, height, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return
	}
	message := fmt.Sprintf("%s TERM=%s %d×%d", name, os.Getenv("TERM"), width, height)
	if width < smallWidth || height < smallHeight {
		c.warning("terminal", strings.TrimSpace(message), fmt.Sprintf(c.pick("窗口至少 %d×%d 才看得舒服", "the screen is made for at least %d×%d"), smallWidth, smallHeight))
		return
	}
	c.fine("terminal", strings.TrimSpace(message))
}

func (c *checkup) checkColours(profile colorprofile.Profile) {
	if profile < colorprofile.ANSI {
		c.info("colours", c.pick("没有颜色", "none"), c.pick("检查 TERM 和 NO_COLOR", "see TERM and NO_COLOR"))
		return
	}
	c.fine("colours", profile.String())
}

// checkWidth holds the terminal's word against the setting: where they differ, lines with … or “ end crooked.
func (c *checkup) checkWidth(measured, configured int) {
	switch measured {
	case 0:
		c.info("ambiguous_width", c.pick("终端没有回答", "the terminal does not say"), "")
	case configured:
		c.fine("ambiguous_width", fmt.Sprintf(c.pick("… — “ ” ★ 占 %d 列，与设置一致", "… — “ ” ★ take %d columns, as set"), measured))
	default:
		c.warning("ambiguous_width", fmt.Sprintf(c.pick("… — “ ” ★ 占 %d 列，设置是 %d", "… — “ ” ★ take %d columns, set is %d"), measured, configured),
			fmt.Sprintf(c.pick("在 [screen] 里写 ambiguous_width = %d", "set ambiguous_width = %d under [screen]"), measured))
	}
}

// checkModesOf tells what is there, and what its absence means.
func (c *checkup) checkModesOf(answers paint.Answers) {
	multiplexer := func(setting string) string {
		if os.Getenv("TMUX") == "" {
			return ""
		}
		return "tmux: " + setting
	}
	for _, mode := range []struct {
		name                    string
		there                   bool
		yes, without, elsewhere string
	}{
		{"mode_2026", answers.Sync, c.pick("支持", "there"), c.pick("不支持：滚动时可能闪一下", "not there: scrolling may flicker"), ""},
		{"mode_2027", answers.Graphemes, c.pick("支持", "there"), c.pick("不支持：少见的表情显示为简单的", "not there: rare emoji are shown as simpler ones"), ""},
		{
			"keyboard", answers.KittyKeys || answers.OtherKeys, c.pick("能区分 Shift+Enter", "tells Shift+Enter from Enter"),
			c.pick("分不出 Shift+Enter：换行用 Ctrl+J", "cannot tell Shift+Enter: Ctrl+J begins a new line"), multiplexer("set -s extended-keys on"),
		},
		{
			"clipboard", answers.Clipboard, c.pick("支持 OSC 52", "OSC 52 is there"),
			c.pick("没有声明 OSC 52：复制可能到不了系统剪贴板", "OSC 52 is not announced: what is copied may not reach the system's clipboard"), multiplexer("set -s set-clipboard on"),
		},
		{
			"focus", answers.Focus, c.pick("会报告焦点", "it is reported"),
			c.pick("没有声明会报告焦点：窗口在后台时，打开着的群也可能被读", "its reports are not announced: an open group may be read while the window is in the background"), multiplexer("set -g focus-events on"),
		},
	} {
		if mode.there {
			c.fine(mode.name, mode.yes)
			continue
		}
		c.info(mode.name, mode.without, mode.elsewhere)
	}
}
