/// A shell that can complete footfall's command lines.
public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script with which the shell completes commands, options and option values.
  public func completions(_ commands: [CommandUsage]) -> String {
    switch self {
    case .bash: bashCompletions(commands)
    case .zsh: zshCompletions(commands)
    case .fish: fishCompletions(commands)
    }
  }
}

/// The commands as a tree of two levels: first words, and the second words of those that have any.
private struct CommandTree {
  let commands: [CommandUsage]

  /// The first words with their descriptions, without duplicates.
  var first: [(word: String, summary: String)] {
    commands.filter { !$0.name.contains(" " as Character) }.map { ($0.name, $0.summary) }
  }

  /// The second words of a command with their descriptions: subcommands, or the possible words of its
  /// operand.
  func second(_ word: String) -> [(word: String, summary: String)] {
    let subcommands = commands.filter { $0.name.hasPrefix("\(word) ") }
      .map { (word: String($0.name.dropFirst(word.count + 1)), summary: $0.summary) }
    if !subcommands.isEmpty { return subcommands }
    return (commands.first { $0.name == word }?.operands.first?.words ?? []).map { ($0, "") }
  }
}

/// Text in single quotes of a POSIX shell.
private func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

private func bashCompletions(_ commands: [CommandUsage]) -> String {
  let tree = CommandTree(commands: commands)
  var seconds = ""
  for (word, _) in tree.first {
    let words = tree.second(word).map(\.word).joined(separator: " ")
    if !words.isEmpty { seconds += "      \(word)) words='\(words)' ;;\n" }
  }
  var values = ""
  var options = ""
  for command in commands {
    for option in command.options {
      switch option.value {
      case .words(let words):
        values += "    '\(command.name) \(option.name)') words='\(words.joined(separator: " "))' ;;\n"
      case .folder:
        values +=
          "    '\(command.name) \(option.name)') COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n"
      case .other where option.placeholder != nil:
        values += "    '\(command.name) \(option.name)') return ;;\n"
      case .other: break
      }
    }
    let names = (command.options.map(\.name) + ["--help"]).joined(separator: " ")
    options += "    '\(command.name)') words='\(names)' ;;\n"
  }
  return """
    # bash completion for footfall: source this file, or put it into the folder of completions.
    _footfall() {
      local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
      local command="${COMP_WORDS[1]}" words=''
      COMPREPLY=()
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '\(tree.first.map(\.word).joined(separator: " ")) --help --version' -- "$current"))
        return
      fi
      if [ "$COMP_CWORD" -eq 2 ]; then
        case "$command" in
    \(seconds)    esac
        if [ -n "$words" ] && [ "${current#-}" = "$current" ]; then
          COMPREPLY=($(compgen -W "$words" -- "$current"))
          return
        fi
        words=''
      elif [ "$command" = report ]; then
        command="report ${COMP_WORDS[2]}"
      fi
      case "$command $previous" in
    \(values)  esac
      if [ -z "$words" ]; then
        case "$current" in
        -*)
          case "$command" in
    \(options)      esac
          ;;
        *)
          COMPREPLY=($(compgen -f -- "$current"))
          return
          ;;
        esac
      fi
      COMPREPLY=($(compgen -W "$words" -- "$current"))
    }
    complete -o filenames -F _footfall footfall

    """
}

private func zshCompletions(_ commands: [CommandUsage]) -> String {
  let tree = CommandTree(commands: commands)
  func described(_ words: [(word: String, summary: String)]) -> String {
    words.map { word, summary in
      quoted(summary.isEmpty ? word : "\(word):\(summary)")
    }.joined(separator: " ")
  }
  var seconds = ""
  for (word, _) in tree.first {
    let words = tree.second(word)
    if !words.isEmpty { seconds += "      \(word)) candidates=(\(described(words))) ;;\n" }
  }
  var values = ""
  var options = ""
  for command in commands {
    for option in command.options {
      switch option.value {
      case .words(let words):
        values +=
          "    '\(command.name) \(option.name)') compadd -- \(words.joined(separator: " ")); return ;;\n"
      case .folder: values += "    '\(command.name) \(option.name)') _files -/; return ;;\n"
      case .other where option.placeholder != nil:
        values += "    '\(command.name) \(option.name)') return ;;\n"
      case .other: break
      }
    }
    let names = command.options.map { (word: $0.name, summary: $0.help) } + [("--help", "print help")]
    options += "      '\(command.name)') candidates=(\(described(names))) ;;\n"
  }
  return """
    #compdef footfall
    # zsh completion for footfall: put this file into a folder of $fpath, under the name _footfall.
    _footfall() {
      local command="$words[2]" position=$((CURRENT - 1)) current="$words[CURRENT]" previous="$words[CURRENT-1]"
      [[ "$command" == report && $position -gt 2 ]] && command="report $words[3]"
      local -a candidates
      if (( position == 1 )); then
        candidates=(\(described(tree.first)))
        _describe command candidates
        return
      fi
      if (( position == 2 )) && [[ "$current" != -* ]]; then
        case "$command" in
    \(seconds)    esac
        if (( $#candidates )); then
          _describe argument candidates
          return
        fi
      fi
      case "$command $previous" in
    \(values)  esac
      if [[ "$current" == -* ]]; then
        case "$command" in
    \(options)    esac
        _describe option candidates
      else
        _files
      fi
    }
    if [[ "$funcstack[1]" == _footfall ]]; then _footfall "$@"; else compdef _footfall footfall; fi

    """
}

private func fishCompletions(_ commands: [CommandUsage]) -> String {
  let tree = CommandTree(commands: commands)
  var lines = ["# fish completion for footfall: put this file into ~/.config/fish/completions."]
  func line(_ condition: String, _ rest: String, _ description: String) {
    let about = description.isEmpty ? "" : " -d \(fishQuoted(description))"
    lines.append("complete -c footfall -n \(fishQuoted(condition)) \(rest)\(about)")
  }
  for (word, summary) in tree.first { line("__fish_use_subcommand", "-f -a \(word)", summary) }
  for (first, _) in tree.first {
    let words = tree.second(first)
    let none =
      "__fish_seen_subcommand_from \(first); and not __fish_seen_subcommand_from \(words.map(\.word).joined(separator: " "))"
    for (word, summary) in words { line(none, "-f -a \(word)", summary) }
  }
  for command in commands {
    let condition = command.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
      .joined(separator: "; and ")
    for option in command.options {
      let name = "-l \(option.name.dropFirst(2))"
      switch option.value {
      case .words(let words):
        line(condition, "\(name) -x -a \(fishQuoted(words.joined(separator: " ")))", option.help)
      case .folder: line(condition, "\(name) -x -a '(__fish_complete_directories)'", option.help)
      case .other: line(condition, option.placeholder == nil ? name : "\(name) -x", option.help)
      }
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

/// Text in single quotes of fish.
private func fishQuoted(_ text: String) -> String {
  var escaped = ""
  for character in text {
    escaped += character == "\\" || character == "'" ? "\\\(character)" : "\(character)"
  }
  return "'\(escaped)'"
}
