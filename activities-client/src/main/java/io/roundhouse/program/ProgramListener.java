package io.roundhouse.program;

/** Who wants to know how a program goes. An exception from it ends the program and comes out. */
public interface ProgramListener {
  /**
   * The program said how far it is.
   *
   * @param epoch finished epochs
   * @param batch finished batches of the running epoch
   * @param loss mean loss of the running epoch so far
   * @param samples rows seen in all epochs
   */
  void progress(int epoch, int batch, double loss, long samples);

  /** The program is at work; called a few times a second. */
  void alive();
}
