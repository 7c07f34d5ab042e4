package paint

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatATerminalAnswers(t *testing.T) {
	tests := []struct {
		name, replies string
		want          Answers
	}{
		{
			"a modern one", "\x1b[24;2R\x1b[?2026;2$y\x1b[?2027;1$y\x1b[?1004;2$y\x1bP>|ghostty 1.2\x1b\\\x1b[?0u\x1b[>4;0m\x1bP1+r4D73=1B\x1b\\\x1b[?62;22;52c",
			Answers{Name: "ghostty 1.2", AmbiguousWidth: 1, Sync: true, Graphemes: true, Focus: true, KittyKeys: true, OtherKeys: true, Clipboard: true},
		},
		{"one that draws wide and knows nothing", "\x1b[1;3R\x1b[?2026;0$y\x1b[?2027;4$y\x1b[?6c", Answers{AmbiguousWidth: 2}},
		{"the clipboard among the attributes", "\x1b[?64;1;52;4c", Answers{Clipboard: true}},
		{"not the clipboard", "\x1b[?64;152;4c\x1bP0+r4d73\x1b\\", Answers{}},
		{"a name that would do harm", "\x1bP>|bad\u009b2Jname\x1b\\\x1b[?6c", Answers{Name: "badname"}},
		{"somebody typed meanwhile", "jk\x1b[5;2Rq\x1b[?6c", Answers{AmbiguousWidth: 1}},
		{"a column that cannot be", "\x1b[5;80R\x1b[?6c", Answers{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got Answers
			got.read([]byte(test.replies))
			require.Equal(t, test.want, got)
		})
	}
}

func TestTheLastAnswerEndsTheWait(t *testing.T) {
	in, out := io.Pipe()
	go func() {
		for _, piece := range []string{"\x1b[24;", "2R\x1b[?20", "26;2$y\x1b[?6", "c"} {
			_, _ = out.Write([]byte(piece))
		}
	}()
	require.Equal(t, "\x1b[24;2R\x1b[?2026;2$y\x1b[?6c", string(listen(in, time.Hour)))
	require.NoError(t, out.Close())
}

func TestASilentTerminalIsNotWaitedForLong(t *testing.T) {
	in, out := io.Pipe()
	require.Empty(t, listen(in, time.Millisecond))
	require.NoError(t, out.Close())
}

func TestSomeTerminalsAreAskedOnlyWhatTheyKnow(t *testing.T) {
	for _, variable := range []string{"TERM_PROGRAM=Apple_Terminal", "TERM=linux"} {
		asked := questions([]string{variable})
		require.NotContains(t, asked, "$p")
		require.NotContains(t, asked, "\x1bP")
	}
	t.Setenv("TERM", "dumb")
	_, err := Ask(time.Hour)
	require.ErrorIs(t, err, ErrSilent)
	require.True(t, strings.HasSuffix(questions(nil), "\x1b[c"), "what everyone answers is asked last")
	require.Contains(t, questions(nil), "\x1b[?2026$p")
}
