import Engine

/// The SQL of a dump, as far as its literals differ.
enum SQLDialect: Equatable {
  /// Of PostgreSQL and SQLite: a backslash in a literal is an ordinary character.
  case standard
  /// Of MySQL and MariaDB: a backslash in a literal begins an escape sequence.
  case mySQL

  var hasBackslashEscapes: Bool { self == .mySQL }

  /// How messages name a dump.
  var dumpName: String {
    switch self {
    case .standard: "an SQL dump"
    case .mySQL: "a MySQL dump"
    }
  }
}

extension SQLDialect {
  /// The dialect of a dump that begins with `start`; nil if that is not the start of a dump.
  ///
  /// The first line that is neither blank nor a comment decides, unless a comment names the program.
  init?(dump start: Bytes) {
    for line in start.split(separator: UInt8(ascii: "\n")) {
      let line = line.drop { $0 <= UInt8(ascii: " ") }
      if line.isEmpty || line.elementsEqual("--".utf8) || line.elementsEqual("--\r".utf8) { continue }
      for (words, dialect) in Self.firstWords where line.starts(with: words.utf8) {
        self = dialect
        return
      }
      guard line.starts(with: "-- ".utf8) else { return nil }
    }
    return nil
  }

  /// How lines of dumps begin, the most specific first. A statement that both dialects have is standard SQL unless
  /// its names are quoted with backticks, as MySQL's are.
  private static let firstWords: [(words: String, dialect: SQLDialect)] = [
    ("-- PostgreSQL database", .standard), ("\\restrict ", .standard), ("\\connect ", .standard),
    ("COPY ", .standard), ("PRAGMA foreign_keys", .standard), ("SET statement_timeout", .standard),
    ("SET client_encoding", .standard), ("SET standard_conforming_strings", .standard),
    ("SET search_path", .standard), ("SELECT pg_catalog.", .standard),
    ("BEGIN TRANSACTION", .standard),
    ("-- MySQL dump", .mySQL), ("-- MariaDB dump", .mySQL), ("-- phpMyAdmin SQL Dump", .mySQL),
    ("-- mysqldump", .mySQL), ("-- Adminer", .mySQL), ("/*!", .mySQL), ("/*M!", .mySQL), ("SET ", .mySQL),
    ("LOCK TABLES", .mySQL), ("USE ", .mySQL), ("START TRANSACTION", .mySQL), ("REPLACE INTO ", .mySQL),
    ("INSERT IGNORE ", .mySQL), ("INSERT INTO `", .mySQL), ("DROP TABLE IF EXISTS `", .mySQL),
    ("CREATE TABLE `", .mySQL), ("CREATE TABLE IF NOT EXISTS `", .mySQL),
    ("insert into `", .mySQL), ("INSERT INTO ", .standard), ("insert into ", .standard),
    ("DROP TABLE ", .standard), ("CREATE TABLE ", .standard),
    ("CREATE SCHEMA ", .standard), ("ALTER TABLE ", .standard),
  ]
}
