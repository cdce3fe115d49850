package dev.signalbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ReusableBufferTest {
  @Test
  void servesAgainWhenItWasReleased() {
    var reusable = new ReusableBuffer(ByteBufAllocator.DEFAULT, 64);
    var first = reusable.take();
    first.writeByte(1);
    first.release();
    var second = reusable.take();
    assertThat(second).isSameAs(first);
    assertThat(second.isReadable()).isFalse();
    second.release();
    reusable.release();
    assertThat(first.refCnt()).isZero();
  }

  @Test
  void givesAnotherWhileSomebodyHoldsIt() {
    var reusable = new ReusableBuffer(ByteBufAllocator.DEFAULT, 64);
    var first = reusable.take();
    first.writeByte(1);
    var second = reusable.take();
    second.writeByte(2);
    assertThat(second).isNotSameAs(first);
    assertThat(first.getByte(0)).isEqualTo((byte) 1);
    first.release();
    second.release();
    assertThat(reusable.take()).isSameAs(first);
    first.release();
    reusable.release();
    assertThat(first.refCnt()).isZero();
    assertThat(second.refCnt()).isZero();
  }

  @Test
  void givesAnotherWhileSomebodyHoldsASliceOfIt() {
    var reusable = new ReusableBuffer(ByteBufAllocator.DEFAULT, 64);
    var first = reusable.take().writeByte(1);
    var slice = first.readRetainedSlice(1);
    first.release();
    var second = reusable.take().writeByte(2);
    assertThat(slice.getByte(0)).isEqualTo((byte) 1);
    slice.release();
    second.release();
    reusable.release();
    assertThat(first.refCnt()).isZero();
  }

  @Test
  void keepsOnlyAFewHoweverManyAreHeld() {
    var reusable = new ReusableBuffer(ByteBufAllocator.DEFAULT, 64);
    var held = new ArrayList<ByteBuf>();
    for (int i = 0; i < 3 * ReusableBuffer.KEPT; i++) {
      held.add(reusable.take());
    }
    assertThat(held.stream().map(System::identityHashCode).distinct()).hasSize(held.size());
    held.forEach(ByteBuf::release);
    assertThat(held.stream().filter(buffer -> buffer.refCnt() > 0)).hasSize(ReusableBuffer.KEPT);
    reusable.release();
    assertThat(held.stream().filter(buffer -> buffer.refCnt() > 0)).isEmpty();
  }
}
