using System.CommandLine;

namespace Iij.Cli.Commands;

/// <summary>The script with which a shell suggests.</summary>
internal static class CompletionCommand
{
    // The line without its first word, which is the script's name, and only what begins as the word does.
    private const string Bash = """
        # iij in bash: source <(iij completion bash)
        _iij() {
          local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
          line="${line#"${COMP_WORDS[0]}"}"
          line="${line#"${line%%[![:space:]]*}"}"
          mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word")
        }
        complete -o default -F _iij iij ./iij
        """;

    private const string Zsh = """
        # iij in zsh: source <(iij completion zsh)
        _iij() {
          local line="${BUFFER[1,CURSOR]#* }"
          compadd -- ${(f)"$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"}
        }
        compdef _iij iij ./iij
        """;

    private static readonly Argument<string> _shell = Shell();

    /// <summary>iij completion.</summary>
    public static CliCommand Create()
    {
        var command = new CliCommand("completion", "Print a script with which a shell completes commands, options, sources, months and lines.",
            "source <(iij completion bash)", "iij completion zsh >> ~/.zshrc")
        {
            _shell,
        };
        command.SetAction(given => Console.Out.WriteLine(given.GetRequiredValue(_shell) == "bash" ? Bash : Zsh));
        return command;
    }

    private static Argument<string> Shell()
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "bash or zsh." };
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not ("bash" or "zsh"))
                result.AddError($"\"{token.Value}\" is not a shell this program knows; write bash or zsh");
        });
        shell.CompletionSources.Add("bash", "zsh");
        return shell;
    }
}
